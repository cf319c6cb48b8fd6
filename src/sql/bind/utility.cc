#include "sql/bind/utility.h"

#include <string>

#include "base/error.h"
#include "sql/bind/ddl.h"
#include "sql/bind/node_access.h"
#include "sql/bind/table_as.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::string ConstantText(const A_Const& constant) {
  switch (nodeTag(&constant.val)) {
    case T_Integer:
      return std::to_string(constant.val.ival.ival);
    case T_Float:
      return constant.val.fval.fval;
    case T_Boolean:
      return constant.val.boolval.boolval ? "true" : "false";
    case T_String:
      return constant.val.sval.sval;
    default:
      return "";
  }
}

std::string ArgumentText(const Node& node) {
  if (nodeTag(&node) == T_A_Const) return ConstantText(As<A_Const>(node));
  if (nodeTag(&node) == T_TypeCast) return ArgumentText(*As<TypeCast>(node).arg);
  throw Error(sqlstate::kSyntaxError, "invalid parameter value");
}

// A word, quoted or not, or a number.
std::string ArgumentName(const Node& node) {
  switch (nodeTag(&node)) {
    case T_String:
      return As<String>(node).sval;
    case T_Integer:
      return std::to_string(As<Integer>(node).ival);
    case T_Float:
      return As<Float>(node).fval;
    default:
      return ArgumentText(node);
  }
}

// SET search_path TO a, b: the parts are joined as PostgreSQL shows them.
std::string SetValueText(const VariableSetStmt& set) {
  std::string text;
  for (int i = 0; i < LengthOf(set.args); ++i)
    text += (i > 0 ? ", " : "") + ArgumentText(*NodeAt(set.args, i));
  return text;
}

bool IsTrueConstant(const Node& node) {
  const std::string text = ArgumentText(node);
  return text == "1" || text == "true" || text == "on";
}

void ReadTransactionOptions(const List* options, UtilityStatement& out) {
  for (int i = 0; i < LengthOf(options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(options, i));
    const std::string name = option.defname;
    if (name == "transaction_isolation") out.isolation = ArgumentText(*option.arg);
    if (name == "transaction_read_only") out.read_only = IsTrueConstant(*option.arg);
  }
}

UtilityStatement ReadTransaction(const TransactionStmt& statement) {
  UtilityStatement out;
  out.chain = statement.chain;
  ReadTransactionOptions(statement.options, out);
  switch (statement.kind) {
    case TRANS_STMT_BEGIN:
      out.kind = UtilityKind::kBegin;
      out.tag = "BEGIN";
      return out;
    case TRANS_STMT_START:
      out.kind = UtilityKind::kBegin;
      out.tag = "START TRANSACTION";
      return out;
    case TRANS_STMT_COMMIT:
      out.kind = UtilityKind::kCommit;
      out.tag = "COMMIT";
      return out;
    case TRANS_STMT_ROLLBACK:
      out.kind = UtilityKind::kRollback;
      out.tag = "ROLLBACK";
      return out;
    case TRANS_STMT_SAVEPOINT:
      out.kind = UtilityKind::kSavepoint;
      out.name = "SAVEPOINT";
      out.tag = "SAVEPOINT";
      out.value = Text(statement.savepoint_name);
      return out;
    case TRANS_STMT_RELEASE:
      out.kind = UtilityKind::kSavepoint;
      out.name = "RELEASE";
      out.tag = "RELEASE";
      out.value = Text(statement.savepoint_name);
      return out;
    case TRANS_STMT_ROLLBACK_TO:
      out.kind = UtilityKind::kSavepoint;
      out.name = "ROLLBACK TO";
      out.tag = "ROLLBACK";
      out.value = Text(statement.savepoint_name);
      return out;
    default:
      base::ThrowUnsupported("two-phase commit");
  }
}

UtilityStatement ReadSet(const VariableSetStmt& statement) {
  UtilityStatement out;
  out.name = Text(statement.name);
  out.local = statement.is_local;
  out.tag = "SET";
  switch (statement.kind) {
    case VAR_SET_VALUE:
      out.kind = UtilityKind::kSet;
      out.value = SetValueText(statement);
      return out;
    case VAR_SET_DEFAULT:
      out.kind = UtilityKind::kSet;
      out.use_default = true;
      return out;
    case VAR_SET_CURRENT:
      base::ThrowUnsupported("SET ... FROM CURRENT");
    case VAR_SET_MULTI:
      if (out.name == "TRANSACTION SNAPSHOT") base::ThrowUnsupported("SET TRANSACTION SNAPSHOT");
      out.kind = UtilityKind::kSetTransaction;
      out.local = out.name == "TRANSACTION";
      ReadTransactionOptions(statement.args, out);
      return out;
    case VAR_RESET:
      out.kind = UtilityKind::kReset;
      out.tag = "RESET";
      return out;
    case VAR_RESET_ALL:
      out.kind = UtilityKind::kResetAll;
      out.tag = "RESET";
      return out;
  }
  return out;
}

UtilityStatement ReadSetConstraints(const ConstraintsSetStmt& statement) {
  UtilityStatement out;
  out.kind = UtilityKind::kSetConstraints;
  out.tag = "SET CONSTRAINTS";
  out.deferred = statement.deferred;
  for (int i = 0; i < LengthOf(statement.constraints); ++i) {
    const auto& name = As<RangeVar>(*NodeAt(statement.constraints, i));
    out.constraints.emplace_back(Text(name.schemaname), name.relname);
  }
  return out;
}

UtilityStatement ReadDiscard(const DiscardStmt& statement) {
  UtilityStatement out;
  out.kind = UtilityKind::kDiscard;
  out.name = statement.target == DISCARD_ALL         ? "ALL"
             : statement.target == DISCARD_PLANS     ? "PLANS"
             : statement.target == DISCARD_SEQUENCES ? "SEQUENCES"
                                                     : "TEMP";
  out.tag = "DISCARD " + out.name;
  return out;
}

void ReadFormat(const DefElem& option, UtilityStatement& out) {
  const std::string text = option.arg == nullptr ? "" : ArgumentName(*option.arg);
  if (text == "xml" || text == "yaml") base::ThrowUnsupported("EXPLAIN (FORMAT XML or YAML)");
  if (text != "text" && text != "json") {
    throw Error(sqlstate::kInvalidParameterValue,
                "unrecognized value for EXPLAIN option \"format\": \"" + text + "\"");
  }
  out.explain.json = text == "json";
}

UtilityStatement ReadExplain(const ExplainStmt& statement) {
  UtilityStatement out;
  out.kind = UtilityKind::kExplain;
  out.tag = "EXPLAIN";
  out.explained = statement.query;
  std::optional<bool> timing;
  std::optional<bool> summary;
  bool wal = false;
  for (int i = 0; i < LengthOf(statement.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(statement.options, i));
    const std::string name = option.defname;
    if (name == "analyze") {
      out.analyze = IsOn(option);
    } else if (name == "verbose") {
      out.explain.verbose = IsOn(option);
    } else if (name == "timing") {
      timing = IsOn(option);
    } else if (name == "summary") {
      summary = IsOn(option);
    } else if (name == "wal") {
      wal = IsOn(option);
    } else if (name == "format") {
      ReadFormat(option, out);
    } else if (name == "costs" || name == "settings" || name == "buffers") {
      IsOn(option);  // there are none to show
    } else {
      throw Error(sqlstate::kSyntaxError, "unrecognized EXPLAIN option \"" + name + "\"");
    }
  }
  if (wal && !out.analyze)
    throw Error(sqlstate::kInvalidParameterValue, "EXPLAIN option WAL requires ANALYZE");
  if (timing.value_or(false) && !out.analyze) {
    throw Error(sqlstate::kInvalidParameterValue, "EXPLAIN option TIMING requires ANALYZE");
  }
  out.explain.timing = timing.value_or(out.analyze);
  out.explain.summary = summary.value_or(out.analyze);
  return out;
}

UtilityStatement ReadCall(const CallStmt& statement) {
  const FuncCall& call = *statement.funccall;
  const std::vector<std::string> names = Names(call.funcname);
  if (names != std::vector<std::string>{"sys", "wait_for_job"} || LengthOf(call.args) != 1) {
    base::ThrowUnsupported("CALL of procedures other than sys.wait_for_job");
  }
  UtilityStatement out;
  out.kind = UtilityKind::kCall;
  out.tag = "CALL";
  const Node* argument = NodeAt(call.args, 0);
  while (nodeTag(argument) == T_TypeCast) argument = As<TypeCast>(*argument).arg;
  if (nodeTag(argument) == T_ParamRef) {
    out.parameter = true;
  } else if (nodeTag(argument) == T_A_Const && !As<A_Const>(*argument).isnull) {
    out.value = ConstantText(As<A_Const>(*argument));
  } else {
    base::ThrowUnsupported("CALL with an expression");
  }
  return out;
}

struct NamedStatement {
  NodeTag tag;
  StatementNames names;
};

constexpr NamedStatement kStatementNames[] = {
    {T_AlterSystemStmt, {"AlterSystem", "ALTER SYSTEM"}},
    {T_AlterTSConfigurationStmt, {"AlterTSConfiguration", "ALTER TEXT SEARCH CONFIGURATION"}},
    {T_CheckPointStmt, {"CheckPoint", "CHECKPOINT"}},
    {T_ClusterStmt, {"Cluster", "CLUSTER"}},
    {T_CreateAmStmt, {"CreateAm", "CREATE ACCESS METHOD"}},
    {T_CreateCastStmt, {"CreateCast", "CREATE CAST"}},
    {T_CreateExtensionStmt, {"CreateExtension", "CREATE EXTENSION"}},
    {T_CreatedbStmt, {"Createdb", "CREATE DATABASE"}},
    {T_DoStmt, {"Do", "DO"}},
    {T_DropdbStmt, {"Dropdb", "DROP DATABASE"}},
    {T_ListenStmt, {"Listen", "LISTEN"}},
    {T_LoadStmt, {"Load", "LOAD"}},
    {T_LockStmt, {"Lock", "LOCK TABLE"}},
    {T_MergeStmt, {"Merge", "MERGE"}},
    {T_NotifyStmt, {"Notify", "NOTIFY"}},
    {T_ReindexStmt, {"Reindex", "REINDEX"}},
    {T_UnlistenStmt, {"Unlisten", "UNLISTEN"}},
};

}  // namespace

bool IsOn(const DefElem& option) {
  if (option.arg == nullptr) return true;
  const std::string text = ArgumentName(*option.arg);
  if (text == "true" || text == "on" || text == "1") return true;
  if (text == "false" || text == "off" || text == "0") return false;
  throw Error(sqlstate::kSyntaxError, std::string(option.defname) + " requires a Boolean value");
}

StatementClass Classify(const Node& node) {
  switch (nodeTag(&node)) {
    case T_SelectStmt:
      return IsTableAs(node) ? StatementClass::kDdl : StatementClass::kQuery;
    case T_InsertStmt:
    case T_UpdateStmt:
    case T_DeleteStmt:
      return StatementClass::kQuery;
    case T_CopyStmt:
      return StatementClass::kCopy;
    case T_PrepareStmt:
      return StatementClass::kPrepare;
    case T_ExecuteStmt:
      return StatementClass::kExecute;
    case T_DeclareCursorStmt:
      return StatementClass::kDeclare;
    case T_FetchStmt:
      return StatementClass::kFetch;
    case T_TransactionStmt:
    case T_VariableSetStmt:
    case T_VariableShowStmt:
    case T_DiscardStmt:
    case T_DeallocateStmt:
    case T_ClosePortalStmt:
    case T_ExplainStmt:
    case T_CallStmt:
    case T_ConstraintsSetStmt:
      return StatementClass::kUtility;
    default:
      return IsDdl(node) ? StatementClass::kDdl : StatementClass::kUnknown;
  }
}

UtilityStatement ReadUtility(const Node& node, const parse::Tree&) {
  UtilityStatement out;
  switch (nodeTag(&node)) {
    case T_TransactionStmt:
      return ReadTransaction(As<TransactionStmt>(node));
    case T_VariableSetStmt:
      return ReadSet(As<VariableSetStmt>(node));
    case T_VariableShowStmt:
      out.name = Text(As<VariableShowStmt>(node).name);
      out.kind = out.name == "all" ? UtilityKind::kShowAll : UtilityKind::kShow;
      out.tag = "SHOW";
      return out;
    case T_DiscardStmt:
      return ReadDiscard(As<DiscardStmt>(node));
    case T_DeallocateStmt:
      out.kind = UtilityKind::kDeallocate;
      out.name = Text(As<DeallocateStmt>(node).name);
      out.tag = out.name.empty() ? "DEALLOCATE ALL" : "DEALLOCATE";
      return out;
    case T_CallStmt:
      return ReadCall(As<CallStmt>(node));
    case T_ConstraintsSetStmt:
      return ReadSetConstraints(As<ConstraintsSetStmt>(node));
    case T_ClosePortalStmt:
      out.kind = UtilityKind::kClose;
      out.name = Text(As<ClosePortalStmt>(node).portalname);
      out.tag = out.name.empty() ? "CLOSE CURSOR ALL" : "CLOSE CURSOR";
      return out;
    default:
      return ReadExplain(As<ExplainStmt>(node));
  }
}

StatementNames NamesOf(const Node& node) {
  for (const auto& [tag, names] : kStatementNames) {
    if (tag == nodeTag(&node)) return names;
  }
  return {"this statement", "this statement"};
}

}  // namespace ordinal::sql
