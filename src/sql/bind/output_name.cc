#include "sql/bind/output_name.h"

#include <string>

#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

// True when a cast or CASE around the node names the column, rather than the node.
bool IsWeakName(const Node& node) {
  if (nodeTag(&node) == T_TypeCast) return IsWeakName(*As<TypeCast>(node).arg);
  if (nodeTag(&node) != T_CaseExpr) return FigureName(node) == "?column?";
  const Node* otherwise = reinterpret_cast<const Node*>(As<CaseExpr>(node).defresult);
  return otherwise == nullptr || IsWeakName(*otherwise);
}

// The last field that is selected, or nothing.
std::string LastField(const A_Indirection& indirection) {
  for (int i = LengthOf(indirection.indirection); i-- > 0;) {
    const Node& step = *NodeAt(indirection.indirection, i);
    if (nodeTag(&step) == T_String) return As<String>(step).sval;
  }
  return {};
}

}  // namespace

std::string FigureName(const Node& node) {
  switch (nodeTag(&node)) {
    case T_ColumnRef:
      return Names(As<ColumnRef>(node).fields).back();
    case T_FuncCall:
      return LastName(As<FuncCall>(node).funcname);
    case T_TypeCast: {
      const Node& operand = *As<TypeCast>(node).arg;
      return IsWeakName(operand) ? LastName(As<TypeCast>(node).typeName->names) : FigureName(operand);
    }
    case T_CaseExpr: {
      const Node* otherwise = reinterpret_cast<const Node*>(As<CaseExpr>(node).defresult);
      return otherwise == nullptr || IsWeakName(*otherwise) ? "case" : FigureName(*otherwise);
    }
    case T_CoalesceExpr:
      return "coalesce";
    case T_MinMaxExpr:
      return As<MinMaxExpr>(node).op == IS_LEAST ? "least" : "greatest";
    case T_A_Expr:
      return As<A_Expr>(node).kind == AEXPR_NULLIF ? "nullif" : "?column?";
    case T_A_ArrayExpr:
      return "array";
    case T_RowExpr:
      return "row";
    case T_A_Indirection:
      if (const std::string field = LastField(As<A_Indirection>(node)); !field.empty()) return field;
      return FigureName(*As<A_Indirection>(node).arg);
    case T_CollateClause:
      return FigureName(*As<CollateClause>(node).arg);
    case T_SubLink: {
      const auto& link = As<SubLink>(node);
      if (link.subLinkType == EXISTS_SUBLINK) return "exists";
      if (link.subLinkType == ARRAY_SUBLINK) return "array";
      if (link.subLinkType != EXPR_SUBLINK) return "?column?";
      const auto& select = As<SelectStmt>(*link.subselect);
      if (LengthOf(select.targetList) == 0) return "?column?";
      const auto& target = As<ResTarget>(*NodeAt(select.targetList, 0));
      return target.name != nullptr ? target.name : FigureName(*target.val);
    }
    case T_SQLValueFunction: {
      switch (As<SQLValueFunction>(node).op) {
        case SVFOP_CURRENT_DATE:
          return "current_date";
        case SVFOP_CURRENT_TIME:
        case SVFOP_CURRENT_TIME_N:
          return "current_time";
        case SVFOP_CURRENT_TIMESTAMP:
        case SVFOP_CURRENT_TIMESTAMP_N:
          return "current_timestamp";
        case SVFOP_LOCALTIME:
        case SVFOP_LOCALTIME_N:
          return "localtime";
        case SVFOP_LOCALTIMESTAMP:
        case SVFOP_LOCALTIMESTAMP_N:
          return "localtimestamp";
        case SVFOP_CURRENT_ROLE:
          return "current_role";
        case SVFOP_CURRENT_USER:
          return "current_user";
        case SVFOP_USER:
          return "user";
        case SVFOP_SESSION_USER:
          return "session_user";
        case SVFOP_CURRENT_CATALOG:
          return "current_catalog";
        case SVFOP_CURRENT_SCHEMA:
          return "current_schema";
      }
      return "?column?";
    }
    default:
      return "?column?";
  }
}

}  // namespace ordinal::sql
