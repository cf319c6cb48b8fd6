// Resolves column names within one query level and the levels around it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/descriptor.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// The slot of a column that cannot be referred to.
inline constexpr int kNoSlot = -1;

// One named FROM item.
struct ScopeItem {
  struct Column {
    std::string name;
    Type type;
    int slot = 0;
    base::Oid table = 0;
    base::AttributeNumber attribute = 0;
    bool hidden = false;  // found by qualified name only
    // What the column stands for, when it is no slot: one that USING made of two.
    std::shared_ptr<const Expression> merged = nullptr;
    types::ShapePtr shape = nullptr;  // of rows without a named type
  };
  std::string schema;  // of an unaliased table; empty otherwise
  std::string name;
  std::vector<Column> columns;
  bool columns_visible = true;  // found by bare names and by `*`; false where a join shows them
  bool name_visible = true;     // found by qualified names; false where the alias of a join hides it
  bool barred = false;          // cannot be seen from the part of FROM that is being bound
  bool lateral_barred = false;  // on the other side of a RIGHT or FULL JOIN
  std::string relation = {};    // the table's own name
  std::vector<base::AttributeNumber> primary_key = {};  // of a table; the other columns depend on it
  // The item as a whole. Where its rows are NULL for the lack of one, so is the slot `marker`.
  base::Oid row_type = base::kInvalidOid;  // the relation whose rows it gives
  bool is_join = false;                    // its rows are never NULL themselves
  bool is_scalar = false;                  // a function that gives no rows
  bool nullable = false;                   // on the nullable side of an outer join
  int marker = -1;
};

struct BoundQuery;

class Scope {
 public:
  explicit Scope(Scope* outer) : outer_(outer) {}

  Scope* outer() const { return outer_; }
  std::vector<ScopeItem>& items() { return items_; }
  const std::vector<ScopeItem>& items() const { return items_; }
  int width() const { return width_; }
  void Widen(int slots) { width_ += slots; }

  // The query whose aggregates a subquery bound now may add to, as that of its outer level; null where none
  // are allowed. `clause` says where that is, for the error.
  BoundQuery* aggregating() const { return aggregating_; }
  const std::string& clause() const { return clause_; }
  void SetAggregating(BoundQuery* query, std::string clause) {
    aggregating_ = query;
    clause_ = std::move(clause);
  }

  // Adds an item; throws 42712 `table name "t" specified more than once`.
  void Add(ScopeItem item);

  struct Match {
    const ScopeItem::Column* column = nullptr;
    int level = 0;
    explicit operator bool() const { return column != nullptr; }
  };
  // Finds a column here or further out. `qualifier` empty: any item. Throws 42702 `column reference "x" is
  // ambiguous`, 42P10 for what a RIGHT or FULL JOIN keeps from LATERAL.
  Match Find(std::string_view qualifier, std::string_view name, int position);
  struct RowMatch {
    const ScopeItem* item = nullptr;
    int level = 0;
    explicit operator bool() const { return item != nullptr; }
  };
  // Finds the item whose rows a bare name means, here or further out. Throws as Find for LATERAL.
  RowMatch FindRow(std::string_view name, int position) const;
  // The expression for a match at `level`.
  static ExprPtr Reference(const ScopeItem::Column& column, int level, int position);
  // Returns the relation whose rows the item of that name gives, or without a name the first item; zero when
  // it gives those of none.
  base::Oid RelationOf(std::string_view qualifier) const;
  // Finds an item by name here or further out, visible or not; null when there is none.
  const ScopeItem* FindItem(std::string_view name) const;

 private:
  Scope* outer_;
  std::vector<ScopeItem> items_;
  int width_ = 0;
  BoundQuery* aggregating_ = nullptr;
  std::string clause_;
};

}  // namespace ordinal::sql
