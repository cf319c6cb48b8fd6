#include "sql/bind/routine.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowMismatch(const catalog::FunctionDescriptor& function, std::string detail) {
  throw Error(sqlstate::kInvalidFunctionDefinition, "return type mismatch in function declared to return " +
                                                        types::FormatType({function.result.id, -1}))
      .Detail(std::move(detail));
}

[[noreturn]] void ThrowNotInBody(const char* command) {
  throw Error(sqlstate::kFeatureNotSupported, std::string(command) + " is not allowed in an SQL function");
}

void CheckBodyStatement(const Node& node) {
  switch (nodeTag(&node)) {
    case T_SelectStmt:
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
      return;
    case T_TransactionStmt: {
      const auto kind = As<TransactionStmt>(node).kind;
      ThrowNotInBody(kind == TRANS_STMT_COMMIT     ? "COMMIT"
                     : kind == TRANS_STMT_ROLLBACK ? "ROLLBACK"
                     : kind == TRANS_STMT_BEGIN    ? "BEGIN"
                     : kind == TRANS_STMT_START    ? "START TRANSACTION"
                                                   : "SAVEPOINT");
    }
    case T_CopyStmt:
      throw Error(sqlstate::kFeatureNotSupported, "cannot COPY to/from client in an SQL function");
    default:
      base::ThrowUnsupported("statements other than queries and data modification in functions");
  }
}

std::vector<Type> InputsOf(const catalog::FunctionDescriptor& function) {
  std::vector<Type> types;
  for (const TypeId type : function.InputTypes()) types.push_back({type, -1});
  return types;
}

// RETURN e, as the query that it means.
class ReturnQuery {
 public:
  explicit ReturnQuery(const ReturnStmt& statement) {
    target_.type = T_ResTarget;
    target_.val = statement.returnval;
    target_.location = -1;
    cell_.ptr_value = &target_;
    auto* list = static_cast<List*>(static_cast<void*>(list_.data()));
    list->type = T_List;
    list->length = list->max_length = 1;
    list->elements = &cell_;
    select_.type = T_SelectStmt;
    select_.targetList = list;
  }
  ReturnQuery(const ReturnQuery&) = delete;
  ReturnQuery& operator=(const ReturnQuery&) = delete;
  const Node* node() const {
    const void* node = &select_;
    return static_cast<const Node*>(node);
  }

 private:
  ResTarget target_ = {};
  ListCell cell_ = {};
  SelectStmt select_ = {};
  // A List ends in an array of no fixed length, and so is no member.
  alignas(List) std::array<std::byte, sizeof(List)> list_ = {};
};

// The statements of a body, in the order in which they run.
std::vector<const Node*> StatementsOf(const catalog::FunctionDescriptor& function, const parse::Tree& tree) {
  std::vector<const Node*> statements;
  if (!function.is_standard) {
    for (const parse::Statement& statement : tree.statements()) {
      statements.push_back(static_cast<const Node*>(statement.node));
    }
    return statements;
  }
  const auto& create = As<CreateFunctionStmt>(*static_cast<const Node*>(tree.statements().front().node));
  if (nodeTag(create.sql_body) != T_List) return {create.sql_body};
  const auto* outer = reinterpret_cast<const List*>(create.sql_body);
  const auto* list = LengthOf(outer) == 0 ? nullptr : reinterpret_cast<const List*>(NodeAt(outer, 0));
  for (int i = 0; i < LengthOf(list); ++i) statements.push_back(NodeAt(list, i));
  return statements;
}

std::vector<RoutineColumn> OutputsOf(const catalog::FunctionDescriptor& function) {
  std::vector<RoutineColumn> columns;
  for (const auto& argument : function.arguments) {
    if (argument.is_output()) columns.push_back({argument.name, argument.type});
  }
  return columns;
}

// Brings the columns of the last statement to those that the function gives.
std::vector<ExprPtr> BindResults(const catalog::FunctionDescriptor& function, const BoundStatement* last,
                                 const catalog::Catalog& catalog) {
  std::vector<ExprPtr> results;
  if (function.result.id == TypeId::kVoid) return results;
  if (last == nullptr || (!last->query && last->outputs.empty())) {
    ThrowMismatch(function, "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.");
  }
  const std::vector<RoutineColumn> columns = RoutineColumns(function, catalog);
  const bool is_row = function.result.id == TypeId::kRecord;
  if (!is_row && last->outputs.size() != 1) {
    ThrowMismatch(function, "Final statement must return exactly one column.");
  }
  for (std::size_t i = 0; i < last->outputs.size(); ++i) {
    if (i >= columns.size()) ThrowMismatch(function, "Final statement returns too many columns.");
    const Type actual = last->outputs[i].type;
    const std::string shown = types::FormatType({actual.id, -1});
    try {
      results.push_back(Coerce(MakeColumn(static_cast<int>(i), actual), columns[i].type,
                               types::CastContext::kAssignment, 0));
    } catch (const Error&) {
      ThrowMismatch(function, is_row ? "Final statement returns " + shown + " instead of " +
                                           types::FormatType({columns[i].type.id, -1}) + " at column " +
                                           std::to_string(i + 1) + "."
                                     : "Actual return type is " + shown + ".");
    }
  }
  if (results.size() < columns.size()) ThrowMismatch(function, "Final statement returns too few columns.");
  return results;
}

bool Modifies(const BoundStatement& statement) {
  return statement.modify || std::any_of(statement.ctes.begin(), statement.ctes.end(),
                                         [](const BoundCte& cte) { return cte.modify != nullptr; });
}

BoundRoutine BindBody(const catalog::FunctionDescriptor& function, const BindEnvironment& environment,
                      const catalog::ViewDescriptor* standard, ViewRecord* record) {
  const parse::Tree tree(function.body);
  BoundRoutine bound;
  for (const Node* node : StatementsOf(function, tree)) {
    Binder binder(environment, tree, InputsOf(function));
    binder.SetRoutine(function, standard);
    if (record != nullptr) binder.RecordNames(*record);
    if (nodeTag(node) == T_ReturnStmt) {
      const ReturnQuery query(As<ReturnStmt>(*node));
      bound.statements.push_back(binder.BindStatement(*query.node()));
      continue;
    }
    CheckBodyStatement(*node);
    bound.statements.push_back(binder.BindStatement(*node));
    // The tables that a statement modifies are not kept apart from their names.
    if (record != nullptr && Modifies(bound.statements.back())) {
      base::ThrowUnsupported("data modification in BEGIN ATOMIC");
    }
  }
  bound.results = BindResults(function, bound.statements.empty() ? nullptr : &bound.statements.back(),
                              environment.catalog);
  return bound;
}

}  // namespace

std::vector<RoutineColumn> RoutineColumns(const catalog::FunctionDescriptor& function,
                                          const catalog::Catalog& catalog) {
  std::vector<RoutineColumn> columns = OutputsOf(function);
  if (!columns.empty()) return columns;
  if (function.row_of == base::kInvalidOid) {
    if (function.result.id != TypeId::kRecord) columns.push_back({"", function.result});
    return columns;
  }
  const auto relation = catalog.RelationByOid(function.row_of);
  if (relation.table) {
    for (const auto& column : relation.table->columns) {
      if (!column.dropped) columns.push_back({column.name, column.type});
    }
  } else if (relation.view) {
    for (const auto& column : relation.view->columns) columns.push_back({column.name, column.type});
  }
  return columns;
}

BoundRoutine BindRoutine(const catalog::FunctionDescriptor& function, const BindEnvironment& environment) {
  if (!function.is_standard) return BindBody(function, environment, nullptr, nullptr);
  catalog::ViewDescriptor standard;
  standard.oid = function.oid;
  standard.names = function.names;
  for (const catalog::FunctionReference& reference : function.references) {
    standard.references.push_back({reference.location, reference.object, reference.columns});
  }
  return BindBody(function, environment, &standard, nullptr);
}

void RecordStandardBody(catalog::FunctionDescriptor& function, const BindEnvironment& environment) {
  ViewRecord record;
  BindBody(function, environment, nullptr, &record);
  std::sort(record.references.begin(), record.references.end(),
            [](const auto& a, const auto& b) { return a.location < b.location; });
  for (catalog::ViewReference& reference : record.references) {
    function.references.push_back({reference.location, reference.relation, std::move(reference.columns)});
  }
  function.names = std::move(record.names);
  function.uses.assign(record.uses.begin(), record.uses.end());
}

}  // namespace ordinal::sql
