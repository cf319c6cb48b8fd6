// Names jobs as Aurora DSQL does: a UUID in base32, 26 lower-case letters and digits without padding.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace ordinal::jobs {

// A new id, of a random UUID (version 4).
std::string MakeJobId(base::RandomSource& random);

// The canonical spelling of an id; letters of either case are accepted. Throws 22P02 `Unable to convert text
// to UUID` for what is none.
std::string ReadJobId(std::string_view text);

}  // namespace ordinal::jobs
