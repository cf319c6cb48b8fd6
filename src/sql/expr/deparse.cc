#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/record.h"
#include "sql/expr/routine.h"

// Follows what PostgreSQL's pg_get_expr prints, its parentheses and labels included.
namespace ordinal::sql {
namespace {

class Printer {
 public:
  Printer(std::span<const std::string> columns, EvalContext& context, bool pretty)
      : columns_(columns), context_(context), pretty_(pretty) {}

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
      case ExprKind::kDomain:
        return PrintDomain(node, show_implicit);
      case ExprKind::kAnd:
        return PrintJoined(node, " AND ");
      case ExprKind::kOr:
        return PrintJoined(node, " OR ");
      case ExprKind::kNot:
        Open("NOT ");
        PrintOperand(node, 0, false);
        return Close("");
      case ExprKind::kIsNull:
        Open("");
        PrintOperand(node, 0, true);
        return Close(node.negated ? " IS NOT NULL" : " IS NULL");
      case ExprKind::kIsTrue:
        Open("");
        PrintOperand(node, 0, false);
        return Close(TruthTest(node));
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
        return PrintRow(node);
      case ExprKind::kField:
        return PrintField(node);
      case ExprKind::kArray:
        PrintList("ARRAY[", node, 0, "]");
        if (node.args.empty()) Add("::" + types::FormatType(node.type));
        return;
      case ExprKind::kSubscript:
      case ExprKind::kSlice:
        return PrintSubscripts(node);
      case ExprKind::kQuantified:
        return PrintQuantified(node);
      case ExprKind::kRowCompare:
        return PrintRowCompare(node);
      case ExprKind::kCaseTest:
        return Add("CASE_TEST_EXPR");
      case ExprKind::kWindow:
      case ExprKind::kGrouping:
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

  // What stands around an operator and its operands: the outer parentheses are left out where prettiness is
  // asked for.
  void Open(std::string_view after) {
    if (!pretty_) Add("(");
    Add(after);
  }
  void Close(std::string_view before) {
    Add(before);
    if (!pretty_) Add(")");
  }

  // Prints argument `number` of the node, in parentheses where it would else be read in another way.
  void PrintOperand(const Expression& node, std::size_t number, bool show_implicit) {
    const Expression* shown = node.args[number].get();
    while (shown->kind == ExprKind::kCast && !show_implicit &&
           shown->cast_context != types::CastContext::kExplicit) {
      shown = shown->args[0].get();
    }
    const bool wrap = pretty_ && !BindsTighter(*shown, node, number == 0);
    PrintWrapped(wrap ? "(" : "", *node.args[number], show_implicit, wrap ? ")" : "");
  }

  static bool IsLogic(ExprKind kind) {
    return kind == ExprKind::kAnd || kind == ExprKind::kOr || kind == ExprKind::kNot;
  }
  // '+' for sums, '*' for products, else 0.
  static char RankOf(const Expression& node) {
    const bool is_operator = node.kind == ExprKind::kCall && node.function->kind == FunctionKind::kOperator &&
                             node.args.size() == 2;
    if (!is_operator || node.function->name.size() != 1) return 0;
    const char sign = node.function->name[0];
    if (sign == '+' || sign == '-') return '+';
    return sign == '*' || sign == '/' || sign == '%' ? '*' : '\0';
  }

  // True when `child` needs no parentheses below `parent`; the rules are those of PostgreSQL's pretty
  // printing.
  static bool BindsTighter(const Expression& child, const Expression& parent, bool is_first) {
    switch (child.kind) {
      case ExprKind::kCall: {
        if (child.function->kind != FunctionKind::kOperator || IsLogic(parent.kind)) return true;
        const char rank = RankOf(child);
        const char above = RankOf(parent);
        if (rank == 0 || above == 0) return false;
        return rank == above ? is_first : rank == '*';
      }
      case ExprKind::kAnd:
      case ExprKind::kNot:
        return parent.kind == ExprKind::kAnd || parent.kind == ExprKind::kOr;
      case ExprKind::kOr:
        return parent.kind == ExprKind::kOr;
      case ExprKind::kIsNull:
      case ExprKind::kIsTrue:
      case ExprKind::kIsDistinct:
      case ExprKind::kInList:
      case ExprKind::kQuantified:
        return IsLogic(parent.kind);
      case ExprKind::kCast:
      case ExprKind::kDomain:
        return BindsTighter(*child.args[0], child, true);
      default:
        return true;
    }
  }

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

  static bool FitsInteger(const std::string& text) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0;
  }

  void PrintConstant(const Value& value, Type type) {
    if (value.is_null()) {
      Add(type.id == TypeId::kUnknown ? "NULL" : "NULL::" + ShowType(type, context_));
      return;
    }
    if (type.id == TypeId::kBool) return Add(value.AsBool() ? "true" : "false");
    const std::string text = sql::Print(value, type.id, context_);
    const bool digit = !text.empty() && text[0] >= '0' && text[0] <= '9';
    if (digit && type.id == TypeId::kInt4) return Add(text);
    if (digit && type.id == TypeId::kNumeric && text.find('.') != std::string::npos) return Add(text);
    // The binder has folded the cast of an integer.
    const bool folds_integers =
        type.id == TypeId::kNumeric || type.id == TypeId::kFloat4 || type.id == TypeId::kFloat8;
    if (folds_integers && FitsInteger(text)) {
      return Add((pretty_ ? text : "(" + text + ")") + "::" + types::FormatType(type));
    }
    PrintLabelled(text, type.id);
  }

  void PrintColumn(const Expression& node) {
    const auto slot = static_cast<std::size_t>(node.index);
    Add(slot < columns_.size() ? columns_[slot] : "?column?");
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

  // PostgreSQL shows the last argument as the array that it has become.
  void PrintVariadic(const Expression& node) {
    Add("(");
    for (const ExprPtr& arg : node.args) {
      Add(&arg == &node.args.back() ? "VARIADIC " : "");
      Print(*arg, true);
      Add(&arg == &node.args.back() ? ")" : ", ");
    }
  }

  void PrintJoined(const Expression& node, std::string_view word) {
    Open("");
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) Add(word);
      PrintOperand(node, i, false);
    }
    Close("");
  }

  void PrintOperator(const Expression& node) {
    Open("");
    if (node.args.size() == 2) {
      PrintOperand(node, 0, true);
      Add(" ");
    }
    Add(node.function->name);
    Add(" ");
    PrintOperand(node, node.args.size() - 1, true);
    Close("");
  }

  static bool IsSqlKeywordCall(std::string_view name) {
    static constexpr std::string_view kNames[] = {"current_date", "current_time",   "current_timestamp",
                                                  "localtime",    "localtimestamp", "current_user",
                                                  "session_user", "current_role",   "current_catalog"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
  }

  void PrintFunction(const Expression& node) {
    if (node.routine != base::kInvalidOid) return PrintRoutine(node);
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
    Add(name.starts_with("sys.") ? std::string(name) : QuoteIdentifier(name));
    if (node.function->variadic_array || node.index == kTakesArray) return PrintVariadic(node);
    PrintList("(", node, 0, ")");
  }

  void PrintRoutine(const Expression& node) {
    Add(RoutineName(node.routine, context_));
    const auto function = context_.catalog().FunctionByOid(node.routine);
    const auto is_variadic = [](const catalog::FunctionArgument& argument) {
      return argument.mode == catalog::ArgumentMode::kVariadic;
    };
    const bool variadic =
        function && std::any_of(function->arguments.begin(), function->arguments.end(), is_variadic);
    if (!variadic || node.args.empty()) return PrintList("(", node, 0, ")");
    Add("(");
    for (std::size_t i = 0; i + 1 < node.args.size(); ++i) PrintWrapped("", *node.args[i], true, ", ");
    PrintWrapped("VARIADIC ", *node.args.back(), true, ")");
  }

  void PrintCast(const Expression& node, bool show_implicit) {
    const Expression& operand = *node.args[0];
    const bool constant = operand.kind == ExprKind::kConstant && !operand.constant.is_null();
    if (constant && (operand.type.id == TypeId::kUnknown || operand.type.id == node.type.id)) {
      PrintLabelled(sql::Print(operand.constant, operand.type.id, context_), TypeId::kUnknown);
      Add("::" + ShowType(node.type, context_));
      return;
    }
    if (node.cast_context != types::CastContext::kExplicit && !show_implicit) return Print(operand, false);
    if (pretty_) {
      PrintOperand(node, 0, false);
    } else {
      PrintWrapped("(", operand, false, ")");
    }
    Add("::" + types::FormatType(node.type));
  }

  void PrintDomain(const Expression& node, bool show_implicit) {
    if (node.cast_context != types::CastContext::kExplicit && !show_implicit) {
      return Print(*node.args[0], false);
    }
    if (pretty_) {
      PrintOperand(node, 0, false);
    } else {
      PrintWrapped("(", *node.args[0], false, ")");
    }
    Add("::" + DomainName(static_cast<base::Oid>(node.index), context_));
  }

  static std::string_view TruthTest(const Expression& node) {
    if (node.constant.is_null()) return node.negated ? " IS NOT UNKNOWN" : " IS UNKNOWN";
    if (node.constant.AsBool()) return node.negated ? " IS NOT TRUE" : " IS TRUE";
    return node.negated ? " IS NOT FALSE" : " IS FALSE";
  }

  void PrintDistinct(const Expression& node) {
    if (node.negated) Open("NOT (");
    if (!node.negated) Open("");
    PrintOperand(node, 0, true);
    Add(" IS DISTINCT FROM ");
    PrintOperand(node, 1, true);
    Close(node.negated ? ")" : "");
  }

  void PrintCase(const Expression& node) {
    Add("\nCASE");
    auto i = static_cast<std::size_t>(node.index);
    if (i > 0) PrintWrapped(" ", *node.args[0], false, "");
    for (; i + 1 < node.args.size(); i += 2) {
      // The comparison with the operand shows what the operand is compared with.
      const Expression& when = *node.args[i];
      PrintWrapped("\n    WHEN ", node.index > 0 && when.args.size() == 2 ? *when.args[1] : when, false,
                   " THEN ");
      Print(*node.args[i + 1], true);
    }
    if (i < node.args.size()) PrintWrapped("\n    ELSE ", *node.args[i], true, "");
    Add("\nEND");
  }

  void PrintRowCompare(const Expression& node) {
    static constexpr std::string_view kSigns[] = {") < ROW(", ") <= ROW(", ") > ROW(", ") >= ROW("};
    Open("ROW(");
    for (std::size_t side = 0; side < 2; ++side) {
      for (std::size_t i = side; i < node.args.size(); i += 2) {
        if (i > side) Add(", ");
        Print(*node.args[i], true);
      }
      if (side == 0) Add(kSigns[static_cast<std::size_t>(node.index)]);
    }
    Close(")");
  }

  void PrintInList(const Expression& node) {
    // PostgreSQL compares varchar as text.
    const bool as_text = node.args.size() > 2 && node.args[0]->type.id == TypeId::kVarchar;
    Open(as_text && !pretty_ ? "(" : "");
    PrintOperand(node, 0, true);
    if (as_text) Add(pretty_ ? "::text" : ")::text");
    if (node.args.size() == 2) {
      Add(node.negated ? " <> " : " = ");
      PrintOperand(node, 1, true);
      return Close("");
    }
    Add(node.negated ? " <> ALL (" : " = ANY (");
    if (!as_text) PrintList("ARRAY[", node, 1, "]");
    if (as_text) PrintList(pretty_ ? "ARRAY[" : "(ARRAY[", node, 1, pretty_ ? "]::text[]" : "])::text[]");
    Close(")");
  }

  void PrintRow(const Expression& node) {
    PrintList("ROW(", node, 0, ")");
    if (node.type.domain != 0) Add("::" + ShowType(node.type, context_));
  }

  void PrintField(const Expression& node) {
    const types::ShapePtr shape = ShapeOf(*node.args[0], context_);
    const auto field = static_cast<std::size_t>(node.index);
    const bool known = shape != nullptr && field < shape->fields.size();
    PrintWrapped("(", *node.args[0], true, ").");
    Add(known ? QuoteIdentifier(shape->fields[field].name) : "f" + std::to_string(field + 1));
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
    Open("");
    PrintOperand(node, 0, true);
    Add(" ");
    Add(node.function->name);
    PrintWrapped(node.negated ? " ALL (" : " ANY (", *node.args[1], true, ")");
    Close("");
  }

  std::span<const std::string> columns_;
  EvalContext& context_;
  bool pretty_;
  std::string out_;
};

}  // namespace

std::string DeparseExpression(const Expression& expression, std::span<const std::string> columns,
                              EvalContext& context, bool pretty) {
  Printer printer(columns, context, pretty);
  if (!printer.PrintBareNumber(expression)) printer.Print(expression, false);
  return printer.Take();
}

}  // namespace ordinal::sql
