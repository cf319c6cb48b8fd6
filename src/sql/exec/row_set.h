// Finds rows by the values of their first slots: GROUP BY, DISTINCT, set operations.
#pragma once

#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "types/compare.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::sql {

// Holds distinct rows in order of arrival; NULLs equal each other.
class RowSet {
 public:
  explicit RowSet(std::vector<types::TypeId> types)
      : types_(std::move(types)), index_(0, Hasher{this}, Equal{this}) {}
  RowSet(const RowSet&) = delete;
  RowSet& operator=(const RowSet&) = delete;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // Returns the position of the row, added when it was not there.
  std::size_t Add(const types::Row& row, bool& added) {
    probe_ = &row;
    const auto found = index_.find(kProbe);
    added = found == index_.end();
    if (!added) return *found;
    rows_.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(types_.size()));
    index_.insert(rows_.size() - 1);
    return rows_.size() - 1;
  }
  std::size_t Find(const types::Row& row) {
    probe_ = &row;
    const auto found = index_.find(kProbe);
    return found == index_.end() ? kNone : *found;
  }
  const std::vector<types::Row>& rows() const { return rows_; }
  void Clear() {
    index_.clear();
    rows_.clear();
  }

 private:
  static constexpr std::size_t kProbe = static_cast<std::size_t>(-2);  // stands for the row looked for

  struct Hasher {
    const RowSet* set;
    std::size_t operator()(std::size_t position) const {
      const types::Row& row = set->RowAt(position);
      std::size_t hash = 0;
      for (std::size_t i = 0; i < set->types_.size(); ++i) {
        hash = hash * 1'000'003 + (row[i].is_null() ? 7 : types::Hash(row[i], set->types_[i]));
      }
      return hash;
    }
  };
  struct Equal {
    const RowSet* set;
    bool operator()(std::size_t left, std::size_t right) const {
      const types::Row& a = set->RowAt(left);
      const types::Row& b = set->RowAt(right);
      for (std::size_t i = 0; i < set->types_.size(); ++i) {
        if (a[i].is_null() != b[i].is_null()) return false;
        if (!a[i].is_null() && types::Compare(a[i], b[i], set->types_[i]) != 0) return false;
      }
      return true;
    }
  };
  const types::Row& RowAt(std::size_t position) const {
    return position == kProbe ? *probe_ : rows_[position];
  }

  std::vector<types::TypeId> types_;
  std::vector<types::Row> rows_;
  const types::Row* probe_ = nullptr;
  absl::flat_hash_set<std::size_t, Hasher, Equal> index_;
};

}  // namespace ordinal::sql
