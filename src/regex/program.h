// A part of an expression as a nondeterministic automaton: what matches it, never how it is divided.
#pragma once

#include <cstdint>
#include <vector>

#include "regex/syntax.h"

namespace ordinal::regex {

// Names a part of a syntax tree: a stretch of a branch, an alternation, or an atom repeated in its own way.
struct Fragment {
  const Alternation* alternation = nullptr;
  const Branch* branch = nullptr;
  std::size_t begin = 0;  // atoms of the branch
  std::size_t end = 0;
  const Atom* atom = nullptr;
  int min = 1;
  int max = 1;

  static Fragment Of(const Alternation& alternation) { return {.alternation = &alternation}; }
  static Fragment Of(const Branch& branch, std::size_t begin, std::size_t end) {
    return {.branch = &branch, .begin = begin, .end = end};
  }
  static Fragment Of(const Atom& atom, int min, int max) { return {.atom = &atom, .min = min, .max = max}; }
};

struct Instruction {
  enum class Kind : std::uint8_t {
    kSet,     // takes a character of set `what`
    kSplit,   // goes on at `next` and at `other`
    kPlace,   // stands at place `what`
    kLook,    // lookaround `what` holds here
    kAccept,  // the end of the fragment
  };
  Kind kind = Kind::kAccept;
  std::uint32_t what = 0;
  std::uint32_t next = 0;
  std::uint32_t other = 0;
};

struct Program {
  std::vector<Instruction> code;
  std::uint32_t start = 0;
  bool has_places = false;
};

// Back references match whatever their group could: the program accepts all that the fragment does, and more.
// Errors: 2201B `invalid regular expression: regular expression is too complex`.
Program Compile(const Fragment& fragment);

}  // namespace ordinal::regex
