// Says where the rows go that a statement inserts, changes or deletes: into a table, which the statement may
// name by views of it. Private to the room. PostgreSQL: CREATE VIEW, "Updatable Views".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sql/bind/bound.h"

namespace ordinal::sql {

struct WriteTarget {
  struct Column {
    std::string name;  // empty: dropped
    Type type;
    base::AttributeNumber number = 0;
    int index = -1;  // into table->columns; -1: a view computes it, or shows what one computes
  };

  catalog::Catalog::TablePtr table;
  std::vector<catalog::Catalog::ViewPtr> views;  // those between the name and the table, outermost first
  // Of the relation that the statement names.
  base::Oid relation = base::kInvalidOid;
  std::string name;
  std::vector<Column> columns;               // by attribute number
  std::map<int, std::string> defaults = {};  // of views, instead of the table's: by index into table->columns

  // The position of the column that bears the name; -1 when there is none.
  int Position(std::string_view column) const;
};

// Finds the table behind a relation that is a table or a view; the table is null when it is neither, and in
// `relation` is what it is. Throws 55000 `cannot update view "v"` and the like, with DETAIL and HINT, for
// views that stand for no table.
WriteTarget FindWriteTarget(const catalog::Catalog& catalog, catalog::Catalog::Relation& relation,
                            ModifyKind kind);

// Throws 0A000 `cannot update column "c" of view "v"` for a column that cannot be assigned.
void RequireAssignable(const WriteTarget& target, std::size_t position, ModifyKind kind);

// As whom the view reads: its owner, or 0 for whoever runs the statement.
base::Oid ReaderOf(const catalog::ViewDescriptor& view);

// Which of the views ask that rows are such that they show them.
std::vector<bool> CheckingViews(const WriteTarget& target);

}  // namespace ordinal::sql
