// Plans how a match is divided among the groups of an expression (PostgreSQL's manual, section 9.7.3.5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "regex/program.h"
#include "regex/syntax.h"

namespace ordinal::regex {

// A part of the expression that takes a stretch of the match. Parts without groups, back references and
// clashes of preference are whole: nobody asks how they are divided.
struct Part {
  enum class Kind : std::uint8_t {
    kWhole,
    kReference,  // what group `referred` matched, min to max times
    kSequence,   // two children, one after the other
    kChoice,     // the first of the children that matches
    kIteration,  // the child, min to max times
    kWrapper,    // its child, captured once more
  };
  Kind kind = Kind::kWhole;
  Fragment fragment;
  Preference preference = Preference::kNone;
  bool mixed = false;          // preferences clash within it
  bool captures = false;       // it or a part of it is a group
  bool has_reference = false;  // within it
  // How many characters it takes, where that is always the same.
  std::optional<std::size_t> length;
  int capture = 0;  // the group that it is, 0 if none
  int referred = 0;
  int min = 1;
  int max = 1;
  int first_capture = 0;  // the groups within it, itself included; none when 0
  int last_capture = 0;
  std::size_t number = 0;  // counts the parts
  std::vector<std::unique_ptr<Part>> children;

  // True when it must be told how it is divided.
  bool is_involved() const { return mixed || captures || has_reference; }
};

struct Division {
  std::unique_ptr<Part> root;
  std::size_t parts = 0;
};

// Errors: 2201B `invalid regular expression: regular expression is too complex`.
Division Divide(const SyntaxTree& tree);

}  // namespace ordinal::regex
