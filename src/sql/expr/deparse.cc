#include <algorithm>
#include <string>

#include "base/check.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"

// Follows what PostgreSQL's pg_get_expr prints, its parentheses and labels included.
namespace ordinal::sql {
namespace {

class Printer {
 public:
  Printer(std::span<const std::string> columns, EvalContext& context)
      : columns_(columns), context_(context) {}

  // Casts that the binder inserted are shown only where the reader needs them: under operators and functions.
  void Print(const Expression& node, bool show_implicit) {
    switch (node.kind) {
      case ExprKind::kConstant:
        return PrintConstant(node.constant, node.type);
      case ExprKind::kParameter:
        Add("$" + std::to_string(node.index + 1));
        return;
      case ExprKind::kColumn:
        return PrintColumn(node);
      case ExprKind::kCall:
        return node.function->kind == FunctionKind::kOperator ? PrintOperator(node) : PrintFunction(node);
      case ExprKind::kCast:
        return PrintCast(node, show_implicit);
      case ExprKind::kAnd:
        return PrintJoined(node, " AND ");
      case ExprKind::kOr:
        return PrintJoined(node, " OR ");
      case ExprKind::kNot:
        return PrintWrapped("(NOT ", *node.args[0], false, ")");
      case ExprKind::kIsNull:
        return PrintWrapped("(", *node.args[0], true, node.negated ? " IS NOT NULL)" : " IS NULL)");
      case ExprKind::kIsTrue:
        return PrintWrapped("(", *node.args[0], false, TruthTest(node));
      case ExprKind::kIsDistinct:
        return PrintDistinct(node);
      case ExprKind::kCase:
        return PrintCase(node);
      case ExprKind::kCoalesce:
        return PrintList("COALESCE(", node, 0, ")");
      case ExprKind::kNullIf:
        return PrintList("NULLIF(", node, 0, ")");
      case ExprKind::kMinMax:
        return PrintList(node.negated ? "LEAST(" : "GREATEST(", node, 0, ")");
      case ExprKind::kInList:
        return PrintInList(node);
      case ExprKind::kRow:
        return PrintList("ROW(", node, 0, ")");
      case ExprKind::kArray:
        PrintList("ARRAY[", node, 0, "]");
        if (node.args.empty()) Add("::" + types::FormatType(node.type));
        return;
      case ExprKind::kSubscript:
      case ExprKind::kSlice:
        return PrintSubscripts(node);
      case ExprKind::kQuantified:
        return PrintQuantified(node);
      case ExprKind::kAggregate:
        Add("(AGGREGATE " + std::to_string(node.index + 1) + ")");
        return;
      case ExprKind::kSubquery:
        Add("(SubPlan " + std::to_string(node.index + 1) + ")");
        return;
    }
  }

  // A number that is a whole default needs no label: the column's type says the rest.
  bool PrintBareNumber(const Expression& node) {
    if (node.kind != ExprKind::kConstant || node.constant.is_null()) return false;
    if (types::InfoOf(node.type.id).category != 'N') return false;
    const std::string text = sql::Print(node.constant, node.type.id, context_);
    if (text.empty() || text[0] < '0' || text[0] > '9') return false;
    Add(text);
    return true;
  }

  std::string Take() { return std::move(out_); }

 private:
  void Add(std::string_view text) { out_ += text; }

  void PrintLabelled(std::string_view text, TypeId type) {
    // Standard strings: a backslash is itself.
    out_ += '\'';
    for (const char c : text) {
      if (c == '\'') out_ += c;
      out_ += c;
    }
    out_ += '\'';
    if (type != TypeId::kUnknown) Add("::" + types::FormatType({type, -1}));
  }

  void PrintConstant(const Value& value, Type type) {
    if (value.is_null()) {
      Add(type.id == TypeId::kUnknown ? "NULL" : "NULL::" + types::FormatType(type));
      return;
    }
    if (type.id == TypeId::kBool) return Add(value.AsBool() ? "true" : "false");
    const std::string text = sql::Print(value, type.id, context_);
    const bool digit = !text.empty() && text[0] >= '0' && text[0] <= '9';
    if (digit && type.id == TypeId::kInt4) return Add(text);
    if (digit && type.id == TypeId::kNumeric && text.find('.') != std::string::npos) return Add(text);
    PrintLabelled(text, type.id);
  }

  void PrintColumn(const Expression& node) {
    const auto slot = static_cast<std::size_t>(node.index);
    Add(slot < columns_.size() ? QuoteIdentifier(columns_[slot]) : "?column?");
  }

  void PrintWrapped(std::string_view before, const Expression& node, bool show_implicit,
                    std::string_view after) {
    Add(before);
    Print(node, show_implicit);
    Add(after);
  }

  void PrintList(std::string_view before, const Expression& node, std::size_t first, std::string_view after) {
    Add(before);
    for (std::size_t i = first; i < node.args.size(); ++i) {
      if (i > first) Add(", ");
      Print(*node.args[i], true);
    }
    Add(after);
  }

  void PrintJoined(const Expression& node, std::string_view word) {
    Add("(");
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) Add(word);
      Print(*node.args[i], false);
    }
    Add(")");
  }

  void PrintOperator(const Expression& node) {
    Add("(");
    if (node.args.size() == 2) {
      Print(*node.args[0], true);
      Add(" ");
    }
    Add(node.function->name);
    Add(" ");
    Print(*node.args.back(), true);
    Add(")");
  }

  static bool IsSqlKeywordCall(std::string_view name) {
    static constexpr std::string_view kNames[] = {"current_date", "current_time",   "current_timestamp",
                                                  "localtime",    "localtimestamp", "current_user",
                                                  "session_user", "current_role",   "current_catalog"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
  }

  void PrintFunction(const Expression& node) {
    const std::string_view name = node.function->name;
    if (IsSqlKeywordCall(name)) {
      for (const char c : name) out_ += c == '_' ? c : static_cast<char>(c - 32);
      if (!node.args.empty()) PrintList("(", node, 0, ")");
      return;
    }
    const bool field_is_known =
        !node.args.empty() && node.args[0]->kind == ExprKind::kConstant && !node.args[0]->constant.is_null();
    if (name == "extract" && field_is_known) {
      Add("EXTRACT(");
      Add(node.args[0]->constant.AsString());
      return PrintWrapped(" FROM ", *node.args[1], true, ")");
    }
    if (name == "timezone" && node.args.size() == 2) {
      PrintWrapped("(", *node.args[1], true, " AT TIME ZONE ");
      return PrintWrapped("", *node.args[0], true, ")");
    }
    Add(QuoteIdentifier(name));
    PrintList("(", node, 0, ")");
  }

  void PrintCast(const Expression& node, bool show_implicit) {
    const Expression& operand = *node.args[0];
    const bool constant = operand.kind == ExprKind::kConstant && !operand.constant.is_null();
    if (constant && (operand.type.id == TypeId::kUnknown || operand.type.id == node.type.id)) {
      PrintLabelled(sql::Print(operand.constant, operand.type.id, context_), TypeId::kUnknown);
      Add("::" + types::FormatType(node.type));
      return;
    }
    if (node.cast_context != types::CastContext::kExplicit && !show_implicit) return Print(operand, false);
    PrintWrapped("(", operand, false, ")::" + types::FormatType(node.type));
  }

  static std::string_view TruthTest(const Expression& node) {
    if (node.constant.is_null()) return node.negated ? " IS NOT UNKNOWN)" : " IS UNKNOWN)";
    if (node.constant.AsBool()) return node.negated ? " IS NOT TRUE)" : " IS TRUE)";
    return node.negated ? " IS NOT FALSE)" : " IS FALSE)";
  }

  void PrintDistinct(const Expression& node) {
    Add(node.negated ? "(NOT (" : "(");
    Print(*node.args[0], true);
    Add(" IS DISTINCT FROM ");
    Print(*node.args[1], true);
    Add(node.negated ? "))" : ")");
  }

  void PrintCase(const Expression& node) {
    Add("\nCASE");
    std::size_t i = 0;
    for (; i + 1 < node.args.size(); i += 2) {
      PrintWrapped("\n    WHEN ", *node.args[i], false, " THEN ");
      Print(*node.args[i + 1], true);
    }
    if (i < node.args.size()) PrintWrapped("\n    ELSE ", *node.args[i], true, "");
    Add("\nEND");
  }

  void PrintInList(const Expression& node) {
    Add("(");
    Print(*node.args[0], true);
    if (node.args.size() == 2) {
      PrintWrapped(node.negated ? " <> " : " = ", *node.args[1], true, ")");
      return;
    }
    PrintList(node.negated ? " <> ALL (ARRAY[" : " = ANY (ARRAY[", node, 1, "]))");
  }

  void PrintSubscripts(const Expression& node) {
    const bool bare = node.args[0]->kind == ExprKind::kColumn || node.args[0]->kind == ExprKind::kParameter;
    PrintWrapped(bare ? "" : "(", *node.args[0], true, bare ? "" : ")");
    const bool slice = node.kind == ExprKind::kSlice;
    for (std::size_t i = 1; i < node.args.size(); ++i) {
      const bool upper = slice && i % 2 == 0;
      PrintWrapped(upper ? ":" : "[", *node.args[i], true, slice && !upper ? "" : "]");
    }
  }

  void PrintQuantified(const Expression& node) {
    PrintWrapped("(", *node.args[0], true, " ");
    Add(node.function->name);
    PrintWrapped(node.negated ? " ALL (" : " ANY (", *node.args[1], true, "))");
  }

  std::span<const std::string> columns_;
  EvalContext& context_;
  std::string out_;
};

}  // namespace

std::string DeparseExpression(const Expression& expression, std::span<const std::string> columns,
                              EvalContext& context) {
  Printer printer(columns, context);
  if (!printer.PrintBareNumber(expression)) printer.Print(expression, false);
  return printer.Take();
}

}  // namespace ordinal::sql
