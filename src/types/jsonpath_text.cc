#include <string>

#include "types/json.h"
#include "types/jsonpath.h"

// Prints paths as PostgreSQL does.
namespace ordinal::types {
namespace {

using Kind = PathKind;

// How tightly an operator binds its operands.
int PriorityOf(Kind kind) {
  switch (kind) {
    case Kind::kOr:
      return 0;
    case Kind::kAnd:
      return 1;
    case Kind::kEqual:
    case Kind::kNotEqual:
    case Kind::kLess:
    case Kind::kLessEqual:
    case Kind::kGreater:
    case Kind::kGreaterEqual:
    case Kind::kStartsWith:
      return 2;
    case Kind::kAdd:
    case Kind::kSubtract:
      return 3;
    case Kind::kMultiply:
    case Kind::kDivide:
    case Kind::kModulo:
      return 4;
    case Kind::kPlus:
    case Kind::kMinus:
      return 5;
    default:
      return 6;
  }
}

class Printer {
 public:
  explicit Printer(bool readable) : readable_(readable) {}

  std::string Run(const JsonPath& path) {
    if (path.strict) out_ = "strict ";
    Print(*path.root, false, true);
    return std::move(out_);
  }

 private:
  void PrintOperand(const PathItem& operand, const PathItem& parent) {
    Print(operand, false, PriorityOf(operand.kind) <= PriorityOf(parent.kind));
  }

  // `in_path` says that it is applied to what was printed before.
  void Print(const PathItem& first, bool in_path, bool brackets) {
    for (const PathItem* item = &first; item != nullptr; item = item->next.get()) {
      PrintOne(*item, in_path, brackets);
      in_path = true;
      brackets = true;
    }
  }

  void PrintOne(const PathItem& item, bool in_path, bool brackets) {
    switch (item.kind) {
      case Kind::kNull:
        out_ += "null";
        return;
      case Kind::kTrue:
        out_ += "true";
        return;
      case Kind::kFalse:
        out_ += "false";
        return;
      case Kind::kNumber:
        out_ += item.next ? "(" + item.text + ")" : item.text;
        return;
      case Kind::kString:
        AppendJsonString(out_, item.text);
        return;
      case Kind::kVariable:
        out_ += '$';
        AppendJsonString(out_, item.text);
        return;
      case Kind::kRoot:
        out_ += '$';
        return;
      case Kind::kCurrent:
        out_ += '@';
        return;
      case Kind::kLast:
        out_ += "last";
        return;
      case Kind::kKey:
        if (in_path) out_ += '.';
        AppendJsonString(out_, item.text);
        return;
      case Kind::kAnyKey:
        if (in_path) out_ += '.';
        out_ += '*';
        return;
      case Kind::kAnyArray:
        out_ += "[*]";
        return;
      case Kind::kSubscripts:
        PrintSubscripts(item);
        return;
      case Kind::kAny:
        PrintAny(item, in_path);
        return;
      case Kind::kFilter:
        out_ += "?(";
        Print(*item.operands[0], false, false);
        out_ += ')';
        return;
      case Kind::kDatetime:
        out_ += ".datetime(";
        if (item.has_template) AppendJsonString(out_, item.text);
        out_ += ')';
        return;
      case Kind::kType:
      case Kind::kSize:
      case Kind::kAbs:
      case Kind::kFloor:
      case Kind::kCeiling:
      case Kind::kDouble:
      case Kind::kKeyValue:
        out_ += '.';
        out_ += PathOperatorName(item.kind);
        out_ += "()";
        return;
      default:
        PrintOperator(item, brackets);
        return;
    }
  }

  void PrintSubscripts(const PathItem& item) {
    out_ += '[';
    for (std::size_t i = 0; i < item.operands.size(); i += 2) {
      if (i > 0) out_ += ',';
      Print(*item.operands[i], false, false);
      if (item.operands[i + 1]) {
        out_ += " to ";
        Print(*item.operands[i + 1], false, false);
      }
    }
    out_ += ']';
  }

  static std::string Level(std::uint32_t level) {
    return level == PathItem::kLastLevel ? "last" : std::to_string(level);
  }

  void PrintAny(const PathItem& item, bool in_path) {
    if (in_path) out_ += '.';
    out_ += "**";
    if (item.first == 0 && item.last == PathItem::kLastLevel) return;
    out_ += "{" + Level(item.first);
    if (item.first != item.last) out_ += " to " + Level(item.last);
    out_ += '}';
  }

  void PrintOperator(const PathItem& item, bool brackets) {
    const bool closes = readable_ && item.next != nullptr;
    if (closes) out_ += '(';
    PrintOpen(item, brackets && !closes);
    if (closes) out_ += ')';
  }

  void PrintOpen(const PathItem& item, bool brackets) {
    switch (item.kind) {
      case Kind::kNot:
        out_ += "!(";
        Print(*item.operands[0], false, false);
        out_ += ')';
        return;
      case Kind::kIsUnknown:
        out_ += '(';
        Print(*item.operands[0], false, false);
        out_ += ") is unknown";
        return;
      case Kind::kExists:
        out_ += "exists (";
        Print(*item.operands[0], false, false);
        out_ += ')';
        return;
      default:
        break;
    }
    if (brackets) out_ += '(';
    if (item.kind == Kind::kPlus || item.kind == Kind::kMinus) {
      out_ += PathOperatorName(item.kind);
      PrintOperand(*item.operands[0], item);
    } else {
      PrintOperand(*item.operands[0], item);
      out_ += ' ';
      out_ += PathOperatorName(item.kind);
      out_ += ' ';
      if (item.kind == Kind::kLikeRegex) {
        PrintPattern(item);
      } else {
        PrintOperand(*item.operands[1], item);
      }
    }
    if (brackets) out_ += ')';
  }

  void PrintPattern(const PathItem& item) {
    AppendJsonString(out_, item.text);
    if (!item.flags.empty()) out_ += " flag \"" + item.flags + "\"";
  }

  bool readable_;
  std::string out_;
};

}  // namespace

std::string JsonPathText(const JsonPath& path) { return Printer(false).Run(path); }

std::string JsonPathForm(const JsonPath& path) { return Printer(true).Run(path); }

std::string_view PathOperatorName(PathKind kind) {
  switch (kind) {
    case Kind::kAnd:
      return "&&";
    case Kind::kOr:
      return "||";
    case Kind::kEqual:
      return "==";
    case Kind::kNotEqual:
      return "!=";
    case Kind::kLess:
      return "<";
    case Kind::kGreater:
      return ">";
    case Kind::kLessEqual:
      return "<=";
    case Kind::kGreaterEqual:
      return ">=";
    case Kind::kPlus:
    case Kind::kAdd:
      return "+";
    case Kind::kMinus:
    case Kind::kSubtract:
      return "-";
    case Kind::kMultiply:
      return "*";
    case Kind::kDivide:
      return "/";
    case Kind::kModulo:
      return "%";
    case Kind::kStartsWith:
      return "starts with";
    case Kind::kLikeRegex:
      return "like_regex";
    case Kind::kType:
      return "type";
    case Kind::kSize:
      return "size";
    case Kind::kAbs:
      return "abs";
    case Kind::kFloor:
      return "floor";
    case Kind::kCeiling:
      return "ceiling";
    case Kind::kDouble:
      return "double";
    case Kind::kDatetime:
      return "datetime";
    case Kind::kKeyValue:
      return "keyvalue";
    default:
      return "";
  }
}

}  // namespace ordinal::types
