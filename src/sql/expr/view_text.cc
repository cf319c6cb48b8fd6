#include "sql/expr/view_text.h"

#include <charconv>
#include <cstdint>

#include "catalog/virtual_table.h"
#include "sql/expr/domain.h"
#include "sql/expr/identifier.h"
#include "sql/expr/routine.h"

namespace ordinal::sql {
namespace {

constexpr char kBegin = '\x01';
constexpr char kEnd = '\x02';

std::uint32_t TakeNumber(std::string_view& in) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(in.data(), in.data() + in.size(), number);
  in.remove_prefix(static_cast<std::size_t>(end - in.data()));
  return error == std::errc() ? number : 0;
}

std::string NameOf(const catalog::Catalog::Relation& relation) {
  if (relation.table) return relation.table->name;
  if (relation.view) return relation.view->name;
  if (relation.sequence) return relation.sequence->name;
  return relation.virtual_table != nullptr ? relation.virtual_table->name() : "?";
}

std::string ColumnNameOf(const catalog::Catalog::Relation& relation, std::uint32_t number) {
  if (relation.table) {
    const auto* column = relation.table->ColumnByNumber(static_cast<base::AttributeNumber>(number));
    return column != nullptr ? column->name : "?column?";
  }
  const std::size_t index = number - 1;
  if (relation.view && index < relation.view->columns.size()) return relation.view->columns[index].name;
  if (relation.virtual_table != nullptr && index < relation.virtual_table->columns().size()) {
    return relation.virtual_table->columns()[index].name;
  }
  static constexpr const char* kOfSequence[] = {"last_value", "log_cnt", "is_called"};
  return relation.sequence && index < std::size(kOfSequence) ? kOfSequence[index] : "?column?";
}

// `mark` is what stands between kBegin and kEnd.
std::string Show(std::string_view mark, const catalog::ViewDescriptor& view, EvalContext& context) {
  const char kind = mark.empty() ? '?' : mark[0];
  mark.remove_prefix(mark.empty() ? 0 : 1);
  const base::Oid oid = TakeNumber(mark);
  const auto output = [&view](std::size_t index) {
    return index < view.columns.size() ? view.columns[index].name : std::string("?column?");
  };
  if (kind == 'l') return QuoteIdentifier(output(oid));
  if (kind == 'q' && context.catalog().DomainByOid(oid)) return DomainName(oid, context);
  if (kind == 'q' && context.catalog().FunctionByOid(oid)) return RoutineName(oid, context);
  if (kind == 'q') return context.RelationName(oid);
  const auto relation = context.catalog().RelationByOid(oid);
  if (kind == 'r') return QuoteIdentifier(NameOf(relation));
  if (!mark.empty()) mark.remove_prefix(1);
  const std::string column = ColumnNameOf(relation, TakeNumber(mark));
  if (kind == 'c') return QuoteIdentifier(column);
  if (!mark.empty()) mark.remove_prefix(1);
  const std::string name = output(TakeNumber(mark));
  return column == name ? "" : " AS " + QuoteIdentifier(name);
}

std::string Mark(char kind, const std::string& what) { return kBegin + (kind + what) + kEnd; }

}  // namespace

std::string MarkRelation(base::Oid relation) { return Mark('q', std::to_string(relation)); }

std::string MarkBareRelation(base::Oid relation) { return Mark('r', std::to_string(relation)); }

std::string MarkColumn(base::Oid relation, base::AttributeNumber column) {
  return Mark('c', std::to_string(relation) + "." + std::to_string(column));
}

std::string MarkOutput(std::size_t index) { return Mark('l', std::to_string(index)); }

std::string MarkLabel(base::Oid relation, base::AttributeNumber column, std::size_t index) {
  return Mark('a', std::to_string(relation) + "." + std::to_string(column) + "." + std::to_string(index));
}

std::string ShowViewText(std::string_view stored, const catalog::ViewDescriptor& view, EvalContext& context) {
  std::string text;
  while (true) {
    const std::size_t begin = stored.find(kBegin);
    text += stored.substr(0, begin);
    if (begin == std::string_view::npos) return text;
    const std::size_t end = stored.find(kEnd, begin);
    if (end == std::string_view::npos) return text;
    text += Show(stored.substr(begin + 1, end - begin - 1), view, context);
    stored.remove_prefix(end + 1);
  }
}

}  // namespace ordinal::sql
