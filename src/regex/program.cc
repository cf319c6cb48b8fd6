#include "regex/program.h"

#include "regex/error.h"

namespace ordinal::regex {
namespace {

constexpr std::size_t kInstructionsMax = 200'000;
// Copies that add nothing count, too: ((){255}){255} and its like.
constexpr std::size_t kWorkMax = 1'000'000;
// Back references to groups that hold back references, and so on.
constexpr int kReferencesMax = 100;

// Writes instructions from the end to the beginning: each piece is told where to go on, and returns where it
// begins.
class Compiler {
 public:
  Program Run(const Fragment& fragment) {
    const std::uint32_t accept = Add({});
    program_.start = Emit(fragment, accept);
    return std::move(program_);
  }

 private:
  using Label = std::uint32_t;
  using Kind = Instruction::Kind;

  Label Add(const Instruction& instruction) {
    if (program_.code.size() == kInstructionsMax) ThrowInvalid(kTooComplex);
    program_.code.push_back(instruction);
    return static_cast<Label>(program_.code.size() - 1);
  }

  Label Emit(const Fragment& fragment, Label next) {
    if (fragment.alternation != nullptr) return EmitAlternation(*fragment.alternation, next);
    if (fragment.branch != nullptr) return EmitBranch(*fragment.branch, fragment.begin, fragment.end, next);
    return EmitRepeated(*fragment.atom, fragment.min, fragment.max, next);
  }

  Label EmitAlternation(const Alternation& alternation, Label next) {
    const std::vector<Branch>& branches = alternation.branches;
    Label begin = EmitBranch(branches.back(), 0, branches.back().atoms.size(), next);
    for (std::size_t i = branches.size() - 1; i-- > 0;) {
      const Label branch = EmitBranch(branches[i], 0, branches[i].atoms.size(), next);
      begin = Add({.kind = Kind::kSplit, .next = branch, .other = begin});
    }
    return begin;
  }

  Label EmitBranch(const Branch& branch, std::size_t begin, std::size_t end, Label next) {
    while (end-- > begin) {
      const Quantifier& quantifier = branch.atoms[end].quantifier;
      next = EmitRepeated(branch.atoms[end], quantifier.min, quantifier.max, next);
    }
    return next;
  }

  Label EmitRepeated(const Atom& atom, int min, int max, Label next) {
    Label begin = next;
    if (max == kUnbounded) {
      const Label loop = Add({.kind = Kind::kSplit, .other = next});
      const Label body = EmitOnce(atom, loop);
      program_.code[loop].next = body;
      begin = min > 0 ? body : loop;
      max = --min;
    }
    for (int i = min; i < max; ++i) {
      const Label body = EmitOnce(atom, begin);
      begin = Add({.kind = Kind::kSplit, .next = body, .other = next});
    }
    for (int i = 0; i < min; ++i) begin = EmitOnce(atom, begin);
    return begin;
  }

  Label EmitOnce(const Atom& atom, Label next) {
    if (++work_ > kWorkMax) ThrowInvalid(kTooComplex);
    switch (atom.kind) {
      case AtomKind::kSet:
        return Add({.kind = Kind::kSet, .what = static_cast<std::uint32_t>(atom.set), .next = next});
      case AtomKind::kPlace:
        if (ignores_places_) return next;
        program_.has_places = true;
        return Add({.kind = Kind::kPlace, .what = static_cast<std::uint32_t>(atom.place), .next = next});
      case AtomKind::kLook:
        if (ignores_places_) return next;
        return Add({.kind = Kind::kLook, .what = static_cast<std::uint32_t>(atom.look), .next = next});
      case AtomKind::kGroup:
        return EmitAlternation(*atom.sub, next);
      case AtomKind::kReference:
        return EmitReference(atom, next);
    }
    return next;
  }

  // A back reference matches the same text elsewhere, where places need not be as they were.
  Label EmitReference(const Atom& atom, Label next) {
    if (++references_ > kReferencesMax) ThrowInvalid(kTooComplex);
    const bool saved = ignores_places_;
    ignores_places_ = true;
    const Label begin = EmitAlternation(*atom.referent, next);
    ignores_places_ = saved;
    --references_;
    return begin;
  }

  Program program_;
  bool ignores_places_ = false;
  int references_ = 0;  // that the work is within
  std::size_t work_ = 0;
};

}  // namespace

Program Compile(const Fragment& fragment) { return Compiler().Run(fragment); }

}  // namespace ordinal::regex
