// Seam 1: the words that PostgreSQL's grammar does not know are taken out before the parser sees them, and
// what they said is told beside the text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ordinal::dialect {

// Blanks the word ASYNC of CREATE [UNIQUE] INDEX ASYNC and of ALTER TABLE ASYNC ... VALIDATE CONSTRAINT, in
// any letter case; returns the byte offsets at which it stood, ascending. All other bytes stay where they
// are. "async" in quotes is a name, and so is `async` in `ALTER TABLE async VALIDATE CONSTRAINT c`. Takes any
// bytes; costs one search for the word where it does not occur.
std::vector<std::size_t> BlankAsync(std::string& sql);

}  // namespace ordinal::dialect
