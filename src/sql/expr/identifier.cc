#include "sql/expr/identifier.h"

#include <algorithm>

namespace ordinal::sql {
namespace {

// PostgreSQL 15's keywords other than the unreserved ones (manual, appendix C), each between blanks.
constexpr std::string_view kKeywords =
    " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean"
    " both case cast char character check coalesce collate collation column concurrently constraint create"
    " cross current_catalog current_date current_role current_schema current_time current_timestamp"
    " current_user dec decimal default deferrable desc distinct do else end except exists extract false"
    " fetch float for foreign freeze from full grant greatest group grouping having ilike in initially"
    " inner inout int integer intersect interval into is isnull join lateral leading least left like limit"
    " localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric"
    " offset on only or order out outer overlaps overlay placing position precision primary real"
    " references returning right row select session_user setof similar smallint some substring symmetric"
    " table tablesample then time timestamp to trailing treat trim true union unique user using values"
    " varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists"
    " xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable ";

bool IsPlainStart(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool IsPlain(char c) { return IsPlainStart(c) || (c >= '0' && c <= '9'); }

bool IsKeyword(std::string_view name) {
  return kKeywords.find(" " + std::string(name) + " ") != std::string_view::npos;
}

void AppendQuoted(std::string& out, std::string_view text, char quote) {
  out += quote;
  for (const char c : text) {
    if (c == quote) out += c;
    out += c;
  }
  out += quote;
}

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
  const bool plain = !name.empty() && IsPlainStart(name.front()) &&
                     std::all_of(name.begin(), name.end(), IsPlain) && !IsKeyword(name);
  if (plain) return std::string(name);
  std::string out;
  AppendQuoted(out, name, '"');
  return out;
}

std::string QuoteLiteral(std::string_view text) {
  std::string out;
  if (text.find('\\') == std::string_view::npos) {
    AppendQuoted(out, text, '\'');
    return out;
  }
  std::string doubled;
  for (const char c : text) {
    if (c == '\\') doubled += c;
    doubled += c;
  }
  out = "E";
  AppendQuoted(out, doubled, '\'');
  return out;
}

}  // namespace ordinal::sql
