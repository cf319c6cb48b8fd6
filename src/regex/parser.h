// Reads an expression into its syntax tree (PostgreSQL's manual, section 9.7.3).
#pragma once

#include <string_view>

#include "regex/options.h"
#include "regex/syntax.h"

namespace ordinal::regex {

// Errors: 2201B `invalid regular expression: ` and what is wrong, in PostgreSQL's words: `parentheses () not
// balanced`, `brackets [] not balanced`, `braces {} not balanced`, `quantifier operand invalid`, `invalid
// repetition count(s)`, `invalid escape \ sequence`, `invalid character range`, `invalid character class`,
// `invalid collating element`, `invalid backreference number`, `invalid embedded option`, `invalid argument
// to regex function`, `invalid regexp (reg version 0.8)`, `regular expression is too complex`.
SyntaxTree Parse(std::string_view pattern, const Options& options);

}  // namespace ordinal::regex
