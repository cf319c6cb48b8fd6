#include "sql/bind/view_deparse.h"

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "sql/expr/identifier.h"
#include "sql/expr/view_text.h"

namespace ordinal::sql {
namespace {

// Thrown and caught within this file: the form is not one that is printed.
struct Unprintable {};

class Printer {
 public:
  Printer(EvalContext& context, bool pretty) : context_(context), pretty_(pretty) {}

  std::string Print(const BoundQuery& query) {
    if (query.set_operation != SetOperation::kNone) return PrintSetOperation(query) + PrintTail(query);
    if (query.is_values || !query.series.empty() || !query.grouping_sets.empty() ||
        !query.groupings.empty() || !query.window_calls.empty() || query.dependent_keys > 0 ||
        !query.distinct_on.empty() || query.with_ties || !query.locks.empty()) {
      throw Unprintable();
    }
    slots_.clear();
    std::string from;
    if (query.from) from = "\n   FROM " + PrintList(*query.from);
    std::string text;
    if (query.where) text += "\n  WHERE " + PrintExpression(*query.where);
    if (query.aggregated) text += PrintGroups(query);
    const std::string targets = PrintTargets(query);
    return targets + from + text + PrintTail(query);
  }

 private:
  struct Slot {
    std::string text;
    base::Oid relation = 0;
    base::AttributeNumber column = 0;
    std::string name;  // when it is of no relation
  };

  std::string PrintExpression(const Expression& expression) {
    Walk(expression, [](const Expression& node) {
      if (node.kind == ExprKind::kRow || node.kind == ExprKind::kField) throw Unprintable();
    });
    Walk(expression, [this](const Expression& part) {
      const bool foreign = part.kind == ExprKind::kColumn &&
                           (part.level > 0 || static_cast<std::size_t>(part.index) >= slots_.size());
      if (foreign || part.kind == ExprKind::kSubquery || part.kind == ExprKind::kAggregate ||
          part.kind == ExprKind::kParameter || part.kind == ExprKind::kDomain) {
        throw Unprintable();
      }
    });
    std::vector<std::string> columns;
    for (const Slot& slot : slots_) columns.push_back(slot.text);
    return DeparseExpression(expression, columns, context_, pretty_);
  }

  // Items of FROM that a comma joins.
  std::string PrintList(const BoundSource& source) {
    const bool comma = source.kind == SourceKind::kJoin && source.join == JoinKind::kInner &&
                       !source.condition && source.using_columns.empty();
    if (!comma) return PrintSource(source);
    const std::string left = PrintList(*source.left);
    return left + ",\n    " + PrintSource(*source.right);
  }

  std::string PrintSource(const BoundSource& source) {
    if (source.kind == SourceKind::kJoin) return PrintJoin(source);
    base::Oid relation = 0;
    if (source.kind == SourceKind::kTable) relation = source.table->oid;
    if (source.kind == SourceKind::kVirtual) relation = source.virtual_table->oid();
    if (source.kind == SourceKind::kSequence) relation = source.sequence->oid;
    if (source.kind == SourceKind::kSubquery) relation = source.view;
    if (relation == 0 || !source.column_aliases.empty()) throw Unprintable();
    const std::string name =
        source.alias.empty() ? MarkBareRelation(relation) : QuoteIdentifier(source.alias);
    const auto end = static_cast<std::size_t>(source.offset + source.width);
    if (slots_.size() < end) slots_.resize(end);
    for (int i = 0; i < source.width; ++i) {
      const auto column = static_cast<base::AttributeNumber>(i + 1);
      slots_[static_cast<std::size_t>(source.offset + i)] = {name + "." + MarkColumn(relation, column),
                                                             relation, column, ""};
    }
    return MarkRelation(relation) + (source.alias.empty() ? "" : " " + name);
  }

  std::string PrintJoin(const BoundSource& source) {
    if (source.renamed) throw Unprintable();
    const char* word = source.join == JoinKind::kLeft    ? "LEFT JOIN "
                       : source.join == JoinKind::kRight ? "RIGHT JOIN "
                       : source.join == JoinKind::kFull  ? "FULL JOIN "
                       : source.condition                ? "JOIN "
                                                         : "CROSS JOIN ";
    std::string text = PrintSource(*source.left) + "\n     " + word;
    const bool wrap_right = pretty_ && source.right->kind == SourceKind::kJoin;
    text += (wrap_right ? "(" : "") + PrintSource(*source.right) + (wrap_right ? ")" : "");
    if (!source.using_columns.empty()) {
      if (source.join == JoinKind::kRight || source.join == JoinKind::kFull) throw Unprintable();
      std::string names;
      for (const std::string& name : source.using_columns) {
        names += (names.empty() ? "" : ", ") + QuoteIdentifier(name);
      }
      text += " USING (" + names + ")";
    } else if (source.condition) {
      const std::string condition = PrintExpression(*source.condition);
      text += pretty_ ? " ON " + condition : " ON (" + condition + ")";
    }
    return pretty_ ? text : "(" + text + ")";
  }

  // Above the groups, slots are the keys, then the aggregates.
  std::string PrintGroups(const BoundQuery& query) {
    std::vector<Slot> above;
    std::string keys;
    for (const ExprPtr& key : query.group_keys) {
      const std::string text = PrintExpression(*key);
      keys += (keys.empty() ? "" : ", ") + text;
      Slot slot{text, 0, 0, "?column?"};
      if (key->kind == ExprKind::kColumn) slot = slots_[static_cast<std::size_t>(key->index)];
      above.push_back(std::move(slot));
    }
    for (const BoundAggregate& aggregate : query.aggregates)
      above.push_back({PrintAggregate(aggregate), 0, 0, ""});
    slots_ = std::move(above);
    std::string text = keys.empty() ? "" : "\n  GROUP BY " + keys;
    if (query.having) text += "\n HAVING " + PrintExpression(*query.having);
    return text;
  }

  std::string PrintAggregate(const BoundAggregate& aggregate) {
    if (!aggregate.use.order.empty()) throw Unprintable();
    std::string args;
    for (const ExprPtr& arg : aggregate.args) args += (args.empty() ? "" : ", ") + PrintExpression(*arg);
    if (args.empty()) args = "*";
    std::string text = std::string(aggregate.function->name) + "(" +
                       (aggregate.use.distinct ? "DISTINCT " : "") + args + ")";
    if (aggregate.filter) text += " FILTER (WHERE " + PrintExpression(*aggregate.filter) + ")";
    return text;
  }

  std::string PrintTargets(const BoundQuery& query) {
    std::string text = query.distinct ? " SELECT DISTINCT " : " SELECT ";
    for (std::size_t i = 0; i < query.targets.size(); ++i) {
      const Expression& target = *query.targets[i];
      const std::string& label = query.outputs[i].name;
      text += (i > 0 ? ",\n    " : "") + PrintExpression(target);
      const Slot* slot =
          target.kind == ExprKind::kColumn ? &slots_[static_cast<std::size_t>(target.index)] : nullptr;
      const bool of_column = slot != nullptr && slot->relation != 0;
      if (of_right_) {
        const auto table = of_column ? context_.catalog().TableByOid(slot->relation) : nullptr;
        if (!table || table->ColumnByNumber(slot->column)->name != label)
          text += " AS " + QuoteIdentifier(label);
      } else {
        text += of_column ? MarkLabel(slot->relation, slot->column, i) : " AS " + MarkOutput(i);
      }
    }
    return text;
  }

  std::string PrintSetOperation(const BoundQuery& query) {
    const char* word = query.set_operation == SetOperation::kUnion       ? "UNION"
                       : query.set_operation == SetOperation::kIntersect ? "INTERSECT"
                                                                         : "EXCEPT";
    // Parentheses would be needed.
    const auto is_bare = [](const BoundQuery& part) {
      return part.order.empty() && !part.limit && !part.offset;
    };
    if (!is_bare(*query.left) || !is_bare(*query.right)) throw Unprintable();
    if (query.right->set_operation != SetOperation::kNone) throw Unprintable();
    const bool mixed =
        query.left->set_operation != SetOperation::kNone &&
        (query.left->set_operation != query.set_operation || query.left->set_all != query.set_all);
    if (mixed) throw Unprintable();
    const std::string left = Print(*query.left);
    const bool of_right = std::exchange(of_right_, true);
    const std::string right = Print(*query.right);
    of_right_ = of_right;
    return left + "\n" + word + (query.set_all ? " ALL" : "") + "\n" + right;
  }

  std::string PrintTail(const BoundQuery& query) {
    std::string text;
    for (const SortKey& key : query.order) {
      text += text.empty() ? "\n  ORDER BY " : ", ";
      if (key.output >= 0) {
        const auto output = static_cast<std::size_t>(key.output);
        const bool of_set = query.set_operation != SetOperation::kNone;
        text += of_set ? MarkOutput(output) : PrintSortExpression(*query.targets[output]);
      } else {
        text += PrintSortExpression(*key.expression);
      }
      if (key.descending) text += key.nulls_first ? " DESC" : " DESC NULLS LAST";
      if (!key.descending && key.nulls_first) text += " NULLS FIRST";
    }
    if (query.offset) text += "\n OFFSET " + PrintExpression(*query.offset);
    if (query.limit) text += "\n LIMIT " + PrintExpression(*query.limit);
    return text;
  }

  // A constant would be read as a position.
  std::string PrintSortExpression(const Expression& expression) {
    if (expression.kind == ExprKind::kConstant) throw Unprintable();
    const std::string text = PrintExpression(expression);
    const bool bare =
        expression.kind == ExprKind::kColumn || text.front() == '(' ||
        (expression.kind == ExprKind::kCall && expression.function->kind == FunctionKind::kScalar);
    return bare ? text : "(" + text + ")";
  }

  EvalContext& context_;
  bool pretty_;
  std::vector<Slot> slots_;
  bool of_right_ = false;  // within the right side of a set operation, which keeps names of its own
};

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

// Steps over one token that may hold anything: a quoted name or string, a comment.
std::size_t SkipQuoted(const std::string& text, std::size_t at) {
  const char quote = text[at];
  if (quote == '"' || quote == '\'') {
    const std::size_t end = text.find(quote, at + 1);
    return end == std::string::npos ? text.size() : end + 1;
  }
  if (text.compare(at, 2, "--") == 0) return std::min(text.find('\n', at), text.size());
  if (text.compare(at, 2, "/*") == 0) {
    const std::size_t end = text.find("*/", at);
    return end == std::string::npos ? text.size() : end + 2;
  }
  return at;
}

// The byte after the AS that the query follows.
std::size_t QueryBegin(const std::string& text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t after = SkipQuoted(text, at);
    if (after != at) {
      at = after;
      continue;
    }
    if (text[at] == '(') ++depth;
    if (text[at] == ')') --depth;
    if (!IsWordCharacter(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && IsWordCharacter(text[end])) ++end;
    const bool is_as = end - at == 2 && (text[at] | 0x20) == 'a' && (text[at + 1] | 0x20) == 's';
    if (is_as && depth == 0) return end;
    at = end;
  }
  return 0;
}

// The byte after the name, with its schema, that begins at `at`.
std::size_t NameEnd(const std::string& text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '"') {
      at = SkipQuoted(text, at);
    } else if (IsWordCharacter(text[at]) || text[at] == '.') {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

std::optional<std::string> DeparseView(const BoundStatement& statement, EvalContext& context, bool pretty) {
  if (!statement.ctes.empty()) return std::nullopt;
  try {
    return Printer(context, pretty).Print(*statement.query) + ";";
  } catch (const Unprintable&) {
    return std::nullopt;
  }
}

std::string MarkViewText(const catalog::ViewDescriptor& view) {
  const std::string& text = view.definition;
  std::size_t at = QueryBegin(text);
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) ++at;
  std::string marked = " ";
  for (const auto& reference : view.references) {
    const auto begin = static_cast<std::size_t>(std::max(reference.location, 0));
    if (begin < at || begin >= text.size()) continue;
    marked += text.substr(at, begin - at) + MarkRelation(reference.relation);
    at = NameEnd(text, begin);
  }
  marked += text.substr(at);
  while (!marked.empty() &&
         (std::isspace(static_cast<unsigned char>(marked.back())) != 0 || marked.back() == ';')) {
    marked.pop_back();
  }
  return marked + ";";
}

}  // namespace ordinal::sql
