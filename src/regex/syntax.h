// The syntax tree of an expression: what the parser makes, and all else reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "regex/character_set.h"

namespace ordinal::regex {

struct Alternation;

enum class AtomKind : std::uint8_t { kSet, kPlace, kLook, kGroup, kReference };

// Places between characters that can be asked for.
enum class Place : std::uint8_t {
  kTextBegin,
  kTextEnd,
  kLineBegin,
  kLineEnd,
  kWordBegin,
  kWordEnd,
  kWordEdge,     // either of the two
  kNotWordEdge,  // neither
};

enum class Preference : std::uint8_t { kNone, kLongest, kShortest };

inline constexpr int kUnbounded = -1;

// How often an atom is repeated. {m} has no preference of its own, all others do.
struct Quantifier {
  int min = 1;
  int max = 1;  // or kUnbounded
  Preference preference = Preference::kNone;
};

struct Atom {
  AtomKind kind = AtomKind::kSet;
  std::size_t set = 0;  // kSet: which of SyntaxTree::sets
  Place place = Place::kTextBegin;
  bool behind = false;                    // kLook: before the place, else behind it
  bool negative = false;                  // kLook: must not match
  std::size_t look = 0;                   // kLook: counts them
  int capture = 0;                        // kGroup: its number, 0 when it captures nothing
  std::unique_ptr<Alternation> sub;       // kGroup, kLook
  const Alternation* referent = nullptr;  // kReference: what its group consists of
  int referred = 0;                       // kReference: the number of the group
  Quantifier quantifier;
};

struct Branch {
  std::vector<Atom> atoms;
};

// Always has a branch.
struct Alternation {
  std::vector<Branch> branches;
  std::optional<std::size_t> length;  // in characters, where that is always the same
};

struct SyntaxTree {
  std::unique_ptr<Alternation> root;
  std::vector<CharacterSet> sets;  // each once
  int captures = 0;
  std::size_t looks = 0;
  bool has_references = false;
  bool ignore_case = false;
};

}  // namespace ordinal::regex
