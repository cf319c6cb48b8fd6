#include "sql/bind/routine.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/one_node.h"
#include "sql/expr/domain.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

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

// RETURN e, as the query that it means.
class ReturnQuery {
 public:
  explicit ReturnQuery(const ReturnStmt& statement) : targets_(&target_) {
    target_.type = T_ResTarget;
    target_.val = statement.returnval;
    target_.location = -1;
    select_.type = T_SelectStmt;
    select_.targetList = targets_.list();
  }
  ReturnQuery(const ReturnQuery&) = delete;
  ReturnQuery& operator=(const ReturnQuery&) = delete;
  const Node* node() const {
    const void* node = &select_;
    return static_cast<const Node*>(node);
  }

 private:
  ResTarget target_ = {};
  OneNode targets_;
  SelectStmt select_ = {};
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

// Brings the columns of the last statement to what the function gives.
class Results {
 public:
  Results(const RoutineUse& use, EvalContext& context) : use_(use), context_(context) {}

  void Bind(const BoundStatement* last, BoundRoutine& bound) const {
    if (use_.result.id == TypeId::kVoid) return;
    if (last == nullptr || (!last->query && last->outputs.empty())) {
      ThrowMismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.");
    }
    if (use_.result.id != TypeId::kRecord) return BindScalar(last->outputs, bound);
    if (GivesRow(last->outputs)) return BindRow(last->outputs.front(), bound);
    BindColumns(last->outputs, bound);
  }

 private:
  using Outputs = std::vector<OutputColumn>;

  [[noreturn]] void ThrowMismatch(std::string detail) const {
    throw Error(sqlstate::kInvalidFunctionDefinition,
                "return type mismatch in function declared to return " + ShowType(use_.result, context_))
        .Detail(std::move(detail));
  }

  // Null when the function may not give a value of this type.
  ExprPtr Fit(ExprPtr value, const Type& to) const try {
    return Coerce(std::move(value), to, types::CastContext::kAssignment, 0);
  } catch (const Error&) {
    return nullptr;
  }

  void BindScalar(const Outputs& outputs, BoundRoutine& bound) const {
    if (outputs.size() != 1) ThrowMismatch("Final statement must return exactly one column.");
    const Type actual = outputs[0].type;
    bound.results.push_back(Fit(MakeColumn(0, actual), use_.result));
    if (bound.results.back()) return;
    ThrowMismatch("Actual return type is " + ShowType({actual.id, -1, actual.domain}, context_) + ".");
  }

  // One column may be the row itself.
  bool GivesRow(const Outputs& outputs) const {
    if (outputs.size() != 1 || outputs[0].type.id != TypeId::kRecord) return false;
    const base::Oid given = outputs[0].type.domain;
    const base::Oid wanted = use_.result.domain;
    return wanted == 0 || given == wanted || (given == 0 && outputs[0].shape != nullptr);
  }

  void BindRow(const OutputColumn& output, BoundRoutine& bound) const {
    ExprPtr row = MakeColumn(0, output.type);
    if (use_.result.domain == 0 || output.type.domain == use_.result.domain) {
      bound.results.push_back(std::move(row));
      return;
    }
    Outputs fields;
    for (const types::RecordField& field : output.shape->fields) fields.push_back({field.name, field.type});
    row->shape = output.shape;
    BindColumns(fields, bound, row.get());
  }

  // The columns are fields of `row` where there is one.
  void BindColumns(const Outputs& outputs, BoundRoutine& bound, const Expression* row = nullptr) const {
    const types::RecordShape* wanted = use_.columns.get();
    auto own = std::make_shared<types::RecordShape>();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (wanted != nullptr && i >= wanted->fields.size()) {
        ThrowMismatch("Final statement returns too many columns.");
      }
      const Type actual = outputs[i].type;
      const int number = static_cast<int>(i);
      ExprPtr value = row != nullptr ? MakeField(Clone(*row), number, actual, 0) : MakeColumn(number, actual);
      if (wanted != nullptr) value = Fit(std::move(value), wanted->fields[i].type);
      if (!value) ThrowColumn(actual, wanted->fields[i].type, i);
      own->fields.push_back({outputs[i].name, actual});
      bound.results.push_back(std::move(value));
    }
    if (wanted != nullptr && outputs.size() < wanted->fields.size()) {
      ThrowMismatch("Final statement returns too few columns.");
    }
    bound.shape = use_.columns;
    if (!bound.shape) bound.shape = std::move(own);
  }

  [[noreturn]] void ThrowColumn(Type actual, Type wanted, std::size_t place) const {
    const auto show = [&](const Type& type) { return ShowType({type.id, -1, type.domain}, context_); };
    ThrowMismatch("Final statement returns " + show(actual) + " instead of " + show(wanted) + " at column " +
                  std::to_string(place + 1) + ".");
  }

  const RoutineUse& use_;
  EvalContext& context_;
};

bool Modifies(const BoundStatement& statement) {
  return statement.modify || std::any_of(statement.ctes.begin(), statement.ctes.end(),
                                         [](const BoundCte& cte) { return cte.modify != nullptr; });
}

BoundRoutine BindBody(const catalog::FunctionDescriptor& function, const RoutineUse& use,
                      const BindEnvironment& environment, const catalog::ViewDescriptor* standard,
                      ViewRecord* record) {
  const parse::Tree tree(function.body);
  BoundRoutine bound;
  for (const Node* node : StatementsOf(function, tree)) {
    Binder binder(environment, tree, use.inputs);
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
  Results(use, environment.context)
      .Bind(bound.statements.empty() ? nullptr : &bound.statements.back(), bound);
  return bound;
}

}  // namespace

types::ShapePtr OutputColumns(const catalog::FunctionDescriptor& function) {
  auto shape = std::make_shared<types::RecordShape>();
  for (const auto& argument : function.arguments) {
    if (!argument.is_output()) continue;
    const std::string number = std::to_string(shape->fields.size() + 1);
    shape->fields.push_back({argument.name.empty() ? "column" + number : argument.name, argument.type});
  }
  return shape;
}

std::string OutputName(const catalog::FunctionDescriptor& function) {
  for (const auto& argument : function.arguments) {
    if (argument.is_output()) return argument.name;
  }
  return "";
}

RoutineUse DeclaredUse(const catalog::FunctionDescriptor& function, EvalContext& context) {
  RoutineUse use{function.InputTypes(), function.result, nullptr};
  if (function.result.id != TypeId::kRecord) return use;
  if (function.HasOutputs()) {
    use.columns = OutputColumns(function);
  } else if (function.result.domain != 0) {
    use.columns = ShapeOfRelation(function.result.domain, context);
  }
  return use;
}

RoutineUse UseInCall(const catalog::FunctionDescriptor& function, const Expression& call) {
  RoutineUse use{function.InputTypes(), call.type, call.shape};
  for (std::size_t i = 0; i < use.inputs.size() && i < call.args.size(); ++i) {
    if (!types::IsPolymorphic(use.inputs[i].id)) continue;
    use.inputs[i] = {call.args[i]->type.id, -1};
    if (HoldsRows(use.inputs[i].id)) use.inputs[i].domain = call.args[i]->type.domain;
  }
  return use;
}

BoundRoutine BindRoutine(const catalog::FunctionDescriptor& function, const RoutineUse& use,
                         const BindEnvironment& environment) {
  if (!function.is_standard) return BindBody(function, use, environment, nullptr, nullptr);
  catalog::ViewDescriptor standard;
  standard.oid = function.oid;
  standard.names = function.names;
  for (const catalog::FunctionReference& reference : function.references) {
    standard.references.push_back({reference.location, reference.object, reference.columns});
  }
  return BindBody(function, use, environment, &standard, nullptr);
}

void RecordStandardBody(catalog::FunctionDescriptor& function, const BindEnvironment& environment) {
  ViewRecord record;
  BindBody(function, DeclaredUse(function, environment.context), environment, nullptr, &record);
  std::sort(record.references.begin(), record.references.end(),
            [](const auto& a, const auto& b) { return a.location < b.location; });
  for (catalog::ViewReference& reference : record.references) {
    function.references.push_back({reference.location, reference.relation, std::move(reference.columns)});
  }
  function.names = std::move(record.names);
  function.uses.assign(record.uses.begin(), record.uses.end());
}

}  // namespace ordinal::sql
