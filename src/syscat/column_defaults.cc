#include "syscat/column_defaults.h"

#include <optional>
#include <string>
#include <vector>

namespace ordinal::syscat {
namespace {

constexpr catalog::Oid kFirstDefaultOid = 0x80000000;
constexpr catalog::Oid kFirstViewDefaultOid = 0x90000000;

// Reads the string literal that begins after its opening quote.
std::optional<std::string> ReadLiteral(std::string_view text) {
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' && (i + 1 == text.size() || text[++i] != '\'')) return literal;
    literal += text[i];
  }
  return std::nullopt;
}

// Splits `schema."odd name"` at the dots outside quotes and takes the quotes off.
std::vector<std::string> SplitName(std::string_view name) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '"') {
      const bool doubled = quoted && i + 1 < name.size() && name[i + 1] == '"';
      if (!doubled) {
        quoted = !quoted;
        continue;
      }
      ++i;
    } else if (name[i] == '.' && !quoted) {
      parts.emplace_back();
      continue;
    }
    parts.back() += name[i];
  }
  return parts;
}

}  // namespace

void ForEachDefault(const catalog::Catalog& catalog, const DefaultVisitor& visit) {
  catalog::Oid oid = kFirstDefaultOid;
  for (const auto& table : catalog.Tables()) {
    for (const catalog::ColumnDescriptor& column : table->columns) {
      if (!column.dropped && column.default_expression) visit(oid++, *table, column);
    }
  }
}

void ForEachViewDefault(const catalog::Catalog& catalog, const ViewDefaultVisitor& visit) {
  catalog::Oid oid = kFirstViewDefaultOid;
  for (const auto& view : catalog.Views()) {
    for (std::size_t i = 0; i < view->columns.size(); ++i) {
      const auto& value = view->columns[i].default_expression;
      if (value) visit(oid++, *view, static_cast<catalog::AttributeNumber>(i + 1), *value);
    }
  }
}

catalog::Catalog::SequencePtr SequenceOfDefault(const catalog::Catalog& catalog, std::string_view expression,
                                                catalog::Oid schema) {
  constexpr std::string_view kCall = "nextval('";
  const std::size_t call = expression.find(kCall);
  if (call == std::string_view::npos) return nullptr;
  const std::optional<std::string> literal = ReadLiteral(expression.substr(call + kCall.size()));
  if (!literal) return nullptr;
  const std::vector<std::string> parts = SplitName(*literal);
  if (parts.size() > 1) {
    const auto named = catalog.FindSchema(parts[0]);
    return named ? catalog.FindRelation(named->oid, parts[1]).sequence : nullptr;
  }
  if (auto near = catalog.FindRelation(schema, parts[0]).sequence) return near;
  for (const auto& other : catalog.Schemas()) {
    if (auto found = catalog.FindRelation(other->oid, parts[0]).sequence) return found;
  }
  return nullptr;
}

}  // namespace ordinal::syscat
