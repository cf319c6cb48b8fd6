#include "regex/alphabet.h"

#include <unordered_map>

#include "regex/error.h"

namespace ordinal::regex {
namespace {

// PostgreSQL's bound, too.
constexpr std::size_t kClassesMax = 32'000;
// Bounds the time that division into classes takes, and the memory for which of them are in which set.
constexpr std::size_t kWorkMax = 20'000'000;
constexpr std::size_t kMembersMax = 2'000'000;

// Splits classes by sets, one after another.
class Partition {
 public:
  explicit Partition(const std::vector<CharacterSet>& sets) : begins_{0} {
    for (const CharacterSet& set : sets) {
      for (const auto& [first, last] : set.ranges()) {
        begins_.push_back(first);
        begins_.push_back(last + 1);
      }
    }
    std::sort(begins_.begin(), begins_.end());
    begins_.erase(std::unique(begins_.begin(), begins_.end()), begins_.end());
    classes_.assign(begins_.size(), 0);
    for (const CharacterSet& set : sets) SplitBy(set);
    Renumber();
  }

  // Where stretches of one class begin, and the classes of these.
  const std::vector<char32_t>& begins() const { return begins_; }
  const std::vector<std::uint32_t>& classes() const { return classes_; }
  std::uint32_t count() const { return count_; }

 private:
  // Members of the set leave their class for another, the same for those that had the same.
  void SplitBy(const CharacterSet& set) {
    std::unordered_map<std::uint32_t, std::uint32_t> moved;
    for (const auto& [first, last] : set.ranges()) {
      std::size_t i =
          static_cast<std::size_t>(std::lower_bound(begins_.begin(), begins_.end(), first) - begins_.begin());
      for (; i < begins_.size() && begins_[i] <= last; ++i) {
        if (++work_ > kWorkMax) ThrowInvalid(kTooComplex);
        const auto [entry, is_new] = moved.try_emplace(classes_[i], count_);
        if (is_new) ++count_;
        classes_[i] = entry->second;
      }
    }
  }

  // Leaves out the classes that all members have left.
  void Renumber() {
    std::unordered_map<std::uint32_t, std::uint32_t> numbers;
    for (std::uint32_t& number : classes_) {
      number = numbers.try_emplace(number, static_cast<std::uint32_t>(numbers.size())).first->second;
    }
    count_ = static_cast<std::uint32_t>(numbers.size());
    if (count_ > kClassesMax) ThrowInvalid(kTooComplex);
  }

  std::vector<char32_t> begins_;
  std::vector<std::uint32_t> classes_;
  std::uint32_t count_ = 1;
  std::size_t work_ = 0;
};

}  // namespace

Alphabet::Alphabet(const SyntaxTree& tree) {
  std::vector<CharacterSet> sets = tree.sets;
  CharacterSet newline;
  newline.Add(U'\n');
  sets.push_back(newline);
  sets.push_back(*NamedClass(U"word"));

  const Partition partition(sets);
  begins_ = partition.begins();
  classes_.assign(partition.classes().begin(), partition.classes().end());
  for (char32_t c = 0; c < ascii_.size(); ++c) ascii_[c] = ClassOf(c);
  neighbours_.assign(partition.count() + 1, 0);
  FillMembers(sets);
  for (CharacterClass c = 0; c < end(); ++c) {
    if (Contains(sets.size() - 2, c)) neighbours_[c] |= kNewline;
    if (Contains(sets.size() - 1, c)) neighbours_[c] |= kWordCharacter;
  }
  neighbours_.back() = kNoCharacter;
}

void Alphabet::FillMembers(const std::vector<CharacterSet>& sets) {
  ends_.push_back(0);
  for (const CharacterSet& set : sets) {
    const auto first_member = static_cast<std::ptrdiff_t>(members_.size());
    for (const auto& [first, last] : set.ranges()) {
      const auto begin = std::lower_bound(begins_.begin(), begins_.end(), first);
      for (auto at = begin; at != begins_.end() && *at <= last; ++at) {
        members_.push_back(classes_[static_cast<std::size_t>(at - begins_.begin())]);
      }
    }
    std::sort(members_.begin() + first_member, members_.end());
    members_.erase(std::unique(members_.begin() + first_member, members_.end()), members_.end());
    if (members_.size() > kMembersMax) ThrowInvalid(kTooComplex);
    ends_.push_back(members_.size());
  }
  if (size() > 64) return;
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::uint64_t mask = 0;
    for (std::size_t i = ends_[set]; i < ends_[set + 1]; ++i) mask |= std::uint64_t{1} << members_[i];
    masks_.push_back(mask);
  }
}

CharacterClass Alphabet::ClassOf(char32_t character) const {
  const auto behind = std::upper_bound(begins_.begin(), begins_.end(), character);
  return classes_[static_cast<std::size_t>(behind - begins_.begin()) - 1];
}

}  // namespace ordinal::regex
