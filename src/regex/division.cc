#include "regex/division.h"

#include <utility>

#include "regex/error.h"
#include "regex/length.h"

namespace ordinal::regex {
namespace {

using Kind = Part::Kind;

// The depth of parts within parts, and so of what walks them.
constexpr int kDepthMax = 1000;

// What makes a part involved, and what it prefers.
struct Traits {
  Preference preference = Preference::kNone;
  bool mixed = false;
  bool captures = false;
  bool has_reference = false;

  bool is_involved() const { return mixed || captures || has_reference; }
};

Traits TraitsOf(const Part& part) { return {part.preference, part.mixed, part.captures, part.has_reference}; }

Traits TraitsOf(Preference preference) { return {.preference = preference}; }

void Apply(const Traits& traits, Part& part) {
  part.preference = traits.preference;
  part.mixed = traits.mixed;
  part.captures = traits.captures;
  part.has_reference = traits.has_reference;
}

// What holds for two parts together: the first that has a preference decides.
Traits Combine(const Traits& a, const Traits& b) {
  const bool clash =
      a.preference != Preference::kNone && b.preference != Preference::kNone && a.preference != b.preference;
  return {.preference = a.preference != Preference::kNone ? a.preference : b.preference,
          .mixed = a.mixed || b.mixed || clash,
          .captures = a.captures || b.captures,
          .has_reference = a.has_reference || b.has_reference};
}

class Planner {
 public:
  Division Run(const SyntaxTree& tree) {
    Division division;
    division.root = PlanAlternation(*tree.root, 0);
    division.parts = parts_;
    return division;
  }

 private:
  using PartPointer = std::unique_ptr<Part>;

  PartPointer Make(Kind kind, const Fragment& fragment, const Traits& traits) {
    auto part = std::make_unique<Part>();
    part->kind = kind;
    part->fragment = fragment;
    Apply(traits, *part);
    part->number = parts_++;
    if (kind == Kind::kWhole) part->length = LengthOf(fragment);
    return part;
  }

  static void Append(Part& part, PartPointer child) {
    if (child->first_capture != 0) {
      if (part.first_capture == 0) part.first_capture = child->first_capture;
      part.last_capture = child->last_capture;
    }
    part.children.push_back(std::move(child));
  }

  PartPointer MakeSequence(const Fragment& fragment, const Traits& traits, PartPointer first,
                           PartPointer second) {
    PartPointer part = Make(Kind::kSequence, fragment, traits);
    part->length = Sum(first->length, second->length);
    Append(*part, std::move(first));
    Append(*part, std::move(second));
    return part;
  }

  PartPointer PlanAlternation(const Alternation& alternation, int depth);
  PartPointer PlanBranch(const Branch& branch, std::size_t begin, int depth);
  PartPointer PlanInvolved(const Branch& branch, std::size_t begin, std::size_t at, const Traits& prefix,
                           PartPointer atom, int depth);
  PartPointer PlanAtom(const Atom& atom, int depth);
  PartPointer PlanGroup(const Atom& atom, int depth);
  PartPointer PlanRepetition(const Atom& atom, PartPointer part);

  std::size_t parts_ = 0;
};

// An alternative is always greedy.
Planner::PartPointer Planner::PlanAlternation(const Alternation& alternation, int depth) {
  if (depth > kDepthMax) ThrowInvalid(kTooComplex);
  const std::vector<Branch>& branches = alternation.branches;
  if (branches.size() == 1) return PlanBranch(branches.front(), 0, depth);
  PartPointer part = Make(Kind::kChoice, Fragment::Of(alternation), TraitsOf(Preference::kLongest));
  part->length = alternation.length;
  for (const Branch& branch : branches) {
    PartPointer child = PlanBranch(branch, 0, depth);
    Apply(Combine(TraitsOf(*part), TraitsOf(*child)), *part);
    Append(*part, std::move(child));
  }
  if (!part->is_involved()) {
    part->kind = Kind::kWhole;
    part->children.clear();
  }
  return part;
}

// Atoms join what stands before them until one is involved, or clashes with that.
Planner::PartPointer Planner::PlanBranch(const Branch& branch, std::size_t begin, int depth) {
  if (depth > kDepthMax) ThrowInvalid(kTooComplex);
  Traits prefix;
  for (std::size_t at = begin; at < branch.atoms.size(); ++at) {
    const Atom& atom = branch.atoms[at];
    const bool is_place = atom.kind == AtomKind::kPlace || atom.kind == AtomKind::kLook;
    if (is_place || atom.quantifier.max == 0) continue;
    PartPointer part = PlanAtom(atom, depth);
    const Traits repeated = Combine(TraitsOf(atom.quantifier.preference), TraitsOf(*part));
    const Traits together = Combine(prefix, repeated);
    if (together.is_involved()) return PlanInvolved(branch, begin, at, prefix, std::move(part), depth);
    prefix = together;
  }
  return Make(Kind::kWhole, Fragment::Of(branch, begin, branch.atoms.size()), prefix);
}

Planner::PartPointer Planner::PlanInvolved(const Branch& branch, std::size_t begin, std::size_t at,
                                           const Traits& prefix, PartPointer atom, int depth) {
  const std::size_t end = branch.atoms.size();
  const Atom& syntax = branch.atoms[at];
  Traits middle_traits = Combine(TraitsOf(syntax.quantifier.preference), TraitsOf(*atom));
  PartPointer part = PlanRepetition(syntax, std::move(atom));
  if (at + 1 < end) {
    PartPointer rest = PlanBranch(branch, at + 1, depth + 1);
    const Traits traits = Combine(middle_traits, TraitsOf(*rest));
    const Traits both = Combine(TraitsOf(*part), TraitsOf(*rest));
    const bool joins = part->kind == Kind::kWhole && rest->kind == Kind::kWhole && !both.is_involved();
    if (joins && at > begin) {
      part = Make(Kind::kWhole, Fragment::Of(branch, at, end), both);
    } else {
      part = MakeSequence(Fragment::Of(branch, at, end), traits, std::move(part), std::move(rest));
    }
    middle_traits = traits;
  } else {
    middle_traits = TraitsOf(*part);
  }
  if (at == begin) return part;
  PartPointer before = Make(Kind::kWhole, Fragment::Of(branch, begin, at), prefix);
  return MakeSequence(Fragment::Of(branch, begin, end), Combine(prefix, middle_traits), std::move(before),
                      std::move(part));
}

Planner::PartPointer Planner::PlanAtom(const Atom& atom, int depth) {
  if (atom.kind == AtomKind::kGroup) return PlanGroup(atom, depth);
  if (atom.kind == AtomKind::kSet) return Make(Kind::kWhole, Fragment::Of(atom, 1, 1), {});
  PartPointer part = Make(Kind::kReference, Fragment::Of(atom, atom.quantifier.min, atom.quantifier.max),
                          {.preference = atom.quantifier.preference, .has_reference = true});
  part->referred = atom.referred;
  part->min = atom.quantifier.min;
  part->max = atom.quantifier.max;
  return part;
}

Planner::PartPointer Planner::PlanGroup(const Atom& atom, int depth) {
  PartPointer part = PlanAlternation(*atom.sub, depth + 1);
  if (atom.capture == 0) return part;
  if (part->capture != 0) {
    Traits traits = TraitsOf(*part);
    PartPointer wrapper = Make(Kind::kWrapper, part->fragment, traits);
    wrapper->length = part->length;
    Append(*wrapper, std::move(part));
    part = std::move(wrapper);
  }
  part->capture = atom.capture;
  part->captures = true;
  part->first_capture = atom.capture;
  if (part->last_capture == 0) part->last_capture = atom.capture;
  return part;
}

Planner::PartPointer Planner::PlanRepetition(const Atom& atom, PartPointer part) {
  const Quantifier& quantifier = atom.quantifier;
  // Back references count by themselves.
  if (atom.kind == AtomKind::kReference) return part;
  const int min = quantifier.min;
  const int max = quantifier.max;
  const bool is_plain = quantifier.preference == Preference::kNone ||
                        (part->preference == Preference::kNone && !part->mixed) ||
                        (part->preference == quantifier.preference && !part->mixed);
  if (min == 1 && max == 1 && is_plain) return part;
  const Traits traits = Combine(TraitsOf(quantifier.preference), TraitsOf(*part));
  const Fragment all = Fragment::Of(atom, min, max);
  if (!part->captures && !part->has_reference) return Make(Kind::kWhole, all, traits);
  if (min > 0 && !part->has_reference) {
    // Only the last repetition is kept, so the others are a whole.
    const Fragment others = Fragment::Of(atom, min - 1, max == kUnbounded ? max : max - 1);
    PartPointer before = Make(Kind::kWhole, others, TraitsOf(traits.preference));
    return MakeSequence(all, traits, std::move(before), std::move(part));
  }
  PartPointer iteration = Make(Kind::kIteration, all, traits);
  iteration->length = Times(part->length, min, max);
  iteration->min = min;
  iteration->max = max;
  Append(*iteration, std::move(part));
  return iteration;
}

}  // namespace

Division Divide(const SyntaxTree& tree) { return Planner().Run(tree); }

}  // namespace ordinal::regex
