// Binds CREATE TABLE AS and SELECT INTO: a query whose columns become those of a new table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/bind/bound.h"
#include "sql/bind/ddl.h"
#include "sql/bind/environment.h"

struct IntoClause;
struct Node;

namespace ordinal::sql {

// Points into the tree of the statement.
struct TableAs {
  const ::Node* query = nullptr;  // a SelectStmt without INTO, or an ExecuteStmt
  const ::IntoClause* into = nullptr;
  bool if_not_exists = false;
  std::string command;  // "CREATE TABLE AS" or "SELECT INTO", for errors
};

// True for a CREATE TABLE AS, and for a SELECT with INTO.
bool IsTableAs(const ::Node& node);

// The INTO of a SELECT; null when it has none.
const ::IntoClause* IntoOf(const ::Node& select);

// REQUIRES IsTableAs(node). Takes the INTO out of a SELECT, in the tree. Throws what the profile says, and
// 0A000 for what is not supported.
TableAs ReadTableAs(::Node& node, const BindEnvironment& environment);

// The table, as CREATE TABLE would bind it. Throws 42601 for too many column names, 42701, 42P16 for
// pseudo-types, 0A000 for types that columns cannot have.
std::unique_ptr<BoundDdl> BindTableAs(const TableAs& table_as, const std::vector<OutputColumn>& outputs,
                                      const BindEnvironment& environment);

// False for WITH NO DATA.
bool WantsRows(const TableAs& table_as);

}  // namespace ordinal::sql
