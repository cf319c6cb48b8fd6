// A session whose answers a test decides, and a reader of relations by column name.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/virtual_table.h"
#include "syscat/registry.h"
#include "types/settings.h"
#include "types/text_codec.h"

namespace ordinal::syscat {

class FakeSession final : public catalog::SessionView {
 public:
  catalog::Catalog& mutable_catalog() { return catalog_; }
  std::map<catalog::Oid, catalog::SequenceState> states;

  const catalog::Catalog& catalog() const override { return catalog_; }
  std::string user_name() const override { return "admin"; }
  std::string database_name() const override { return "postgres"; }
  std::int32_t backend_id() const override { return 7; }
  mutable int reads = 0;  // calls of ReadSequences
  std::vector<catalog::SequenceState> ReadSequences(
      std::span<const catalog::SequenceDescriptor* const> sequences) const override {
    ++reads;
    std::vector<catalog::SequenceState> answer;
    for (const catalog::SequenceDescriptor* sequence : sequences) {
      const auto found = states.find(sequence->oid);
      answer.push_back(found == states.end() ? catalog::SequenceState{sequence->definition.start, 0, false}
                                             : found->second);
    }
    return answer;
  }
  std::string DeparseExpression(const std::string& serialized,
                                const catalog::TableDescriptor*) const override {
    return serialized;
  }
  std::string ShowIndex(const catalog::TableDescriptor&,
                        const catalog::IndexDescriptor& index) const override {
    return "definition of " + index.name;
  }
  std::string ShowView(const catalog::ViewDescriptor& view) const override { return view.shown; }
  kv::Engine::Statistics StoreStatistics() const override {
    return {.commits = 3, .conflicts = 1, .syncs = 2};
  }
  std::vector<catalog::JobState> Jobs() const override { return {}; }
  std::vector<catalog::NodeState> Nodes() const override {
    return {{1, "127.0.0.1:5432", "0.1.0", 0, 1'000'000}};
  }
  std::vector<catalog::CursorState> Cursors() const override { return {}; }
  std::vector<catalog::PreparedStatementState> PreparedStatements() const override { return {}; }
  std::vector<std::pair<std::string, std::string>> Parameters() const override {
    return {{"TimeZone", "UTC"}};
  }

 private:
  catalog::Catalog catalog_;
};

using TextRow = std::map<std::string, std::string, std::less<>>;  // "NULL" for NULL

inline const catalog::VirtualTable* FindVirtual(std::string_view name) {
  for (const catalog::VirtualTable* table : VirtualTables()) {
    if (table->name() == name) return table;
  }
  return nullptr;
}

// Reads the rows whose `column` prints as `wanted`; all rows without a column.
inline std::vector<TextRow> Read(const catalog::SessionView& session, std::string_view relation,
                                 std::string_view column = "", std::string_view wanted = "") {
  std::vector<TextRow> rows;
  const catalog::VirtualTable* table = FindVirtual(relation);
  if (table == nullptr) return rows;
  table->Rows(session, [&](types::Row values) {
    TextRow row;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto& [name, type] = table->columns()[i];
      row[name] = values[i].is_null() ? "NULL" : types::ToText(values[i], type.id, types::Settings{});
    }
    if (column.empty() || row.find(column)->second == wanted) rows.push_back(std::move(row));
  });
  return rows;
}

// Fills the session with table public.t (id identity, n from sequence s, v varchar(5), one dropped column).
inline void StoreSample(FakeSession& session) {
  using types::TypeId;
  constexpr catalog::Oid kPublic = catalog::kPublicSchema;
  catalog::SequenceDescriptor identity{.oid = 20001, .schema = kPublic, .name = "t_id_seq"};
  identity.owner_table = 20000;
  identity.owner_column = 1;
  identity.is_identity = true;
  catalog::SequenceDescriptor owned{.oid = 20002, .schema = kPublic, .name = "My s"};
  owned.definition = {.type = TypeId::kInt4, .increment = -2, .min_value = -9, .max_value = -1, .start = -1};
  owned.owner_table = 20000;
  owned.owner_column = 2;
  catalog::TableDescriptor table{.oid = 20000, .schema = kPublic, .name = "t"};
  table.columns = {
      {.number = 1,
       .name = "id",
       .type = {TypeId::kInt8, -1},
       .not_null = true,
       .identity = catalog::IdentityDescriptor{.sequence = 20001, .always = true}},
      {.number = 2,
       .name = "n",
       .type = {TypeId::kInt4, -1},
       .default_expression = "nextval('\"My s\"'::regclass)"},
      {.number = 3, .name = "gone", .type = {TypeId::kText, -1}, .dropped = true},
      {.number = 4,
       .name = "v",
       .type = {TypeId::kVarchar, 9},
       .default_expression = "'x'::character varying"},
      {.number = 5, .name = "p", .type = {TypeId::kNumeric, (10 << 16 | 2) + 4}},
  };
  table.indexes = {
      {.oid = 20003,
       .name = "t_pkey",
       .columns = {1},
       .unique = true,
       .primary = true,
       .is_constraint = true},
      {.oid = 20004, .name = "t_v_id", .columns = {4, 1}},
  };
  table.checks = {{.oid = 20005, .name = "t_n_check", .expression = "(n < 0)"}};
  session.mutable_catalog().Store(table);
  session.mutable_catalog().Store(identity);
  session.mutable_catalog().Store(owned);
}

}  // namespace ordinal::syscat
