// Gives expressions an outside world that the test decides: one table, one sequence, a fixed clock.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "sql/expr/eval_context.h"
#include "types/text_codec.h"

namespace ordinal::sql {

class FakeClock final : public base::Clock {
 public:
  std::int64_t WallMicros() const override { return wall_micros; }
  std::int64_t BootMicros() const override { return 0; }
  std::int64_t wall_micros = 1'700'000'000'123'456;
};

// Counts up, so that bytes differ and are known.
class FakeRandom final : public base::RandomSource {
 public:
  void Fill(void* bytes, std::size_t size) override {
    auto* out = static_cast<unsigned char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) out[i] = next_++;
  }

 private:
  unsigned char next_ = 0;
};

inline constexpr base::Oid kItemsTable = 16400;
inline constexpr base::Oid kItemsKey = 16401;
inline constexpr base::Oid kItemsCheck = 16402;
inline constexpr base::Oid kItemsSequence = 16403;

class FakeContext final : public EvalContext {
 public:
  FakeContext() {
    session_settings = &settings_value;
    settings_value.transaction_micros = 757'382'400'000'000 + 12'345'678'901;  // 2024-01-01 03:25:45.678901
    catalog_value.Store(catalog::SchemaDescriptor{catalog::kPublicSchema, "public"});
    catalog::TableDescriptor table{.oid = kItemsTable, .schema = catalog::kPublicSchema, .name = "items"};
    table.columns.push_back(
        {.number = 1, .name = "id", .type = {types::TypeId::kInt8, -1}, .not_null = true});
    table.columns.push_back({.number = 2, .name = "Qty", .type = {types::TypeId::kInt4, -1}});
    table.indexes.push_back({.oid = kItemsKey,
                             .name = "items_pkey",
                             .columns = {1},
                             .unique = true,
                             .primary = true,
                             .is_constraint = true});
    table.checks.push_back({.oid = kItemsCheck, .name = "items_check", .expression = check_expression});
    catalog_value.Store(table);
    catalog::SequenceDescriptor sequence{
        .oid = kItemsSequence, .schema = catalog::kPublicSchema, .name = "items_id_seq"};
    sequence.owner_table = kItemsTable;
    sequence.owner_column = 1;
    catalog_value.Store(sequence);
  }

  std::int64_t NextValue(base::Oid sequence) override { return ++values[sequence]; }
  std::int64_t CurrentValue(base::Oid sequence) override { return values.at(sequence); }
  std::int64_t LastValue() override { return values.begin()->second; }
  std::int64_t SetValue(base::Oid sequence, std::int64_t value, bool is_called) override {
    values[sequence] = is_called ? value : value - 1;
    return value;
  }
  const catalog::Catalog& catalog() override { return catalog_value; }
  base::Oid ResolveRelation(std::string_view text, bool missing_ok) override {
    if (text == "items" || text == "public.items") return kItemsTable;
    if (text == "items_id_seq") return kItemsSequence;
    if (missing_ok) return base::kInvalidOid;
    throw base::Error(base::sqlstate::kUndefinedTable,
                      "relation \"" + std::string(text) + "\" does not exist");
  }
  std::string RelationName(base::Oid oid) override {
    if (oid == kItemsTable) return "items";
    if (oid == kItemsSequence) return "items_id_seq";
    return std::to_string(oid);
  }
  std::vector<std::string> SearchPath(bool include_implicit) override {
    if (include_implicit) return {"pg_catalog", "public"};
    return {"public"};
  }
  std::string UserName() override { return "admin"; }
  std::string SessionUserName() override { return "login"; }
  std::string DatabaseName() override { return "postgres"; }
  std::int32_t BackendId() override { return 77; }
  std::string ServerVersion() override { return "16.13"; }
  std::optional<std::string> GetParameter(std::string_view name) override {
    const auto found = run_time_parameters.find(std::string(name));
    if (found == run_time_parameters.end()) return std::nullopt;
    return found->second;
  }
  void SetParameter(std::string_view name, std::string_view value, bool) override {
    run_time_parameters[std::string(name)] = value;
  }
  catalog::SequenceState ReadSequence(const catalog::SequenceDescriptor& sequence) override {
    return {values[sequence.oid], 0, values[sequence.oid] > 0};
  }
  std::optional<std::int64_t> FirstIdentity() override { return first_identity; }
  std::optional<std::int64_t> LastIdentity() override { return last_identity; }
  base::RandomSource& random() override { return random_value; }
  const base::Clock& clock() override { return clock_value; }
  std::int64_t StatementMicros() override { return settings_value.transaction_micros + 1; }
  void CheckCanceled() override {}
  Value EvaluateSubquery(const Expression& expression, std::span<const Value>) override {
    return Value::Int(1000 + expression.index);
  }

  // What the table's check says; SerializeExpression's form of (Qty > 0).
  static std::string check_expression;

  types::Settings settings_value;
  catalog::Catalog catalog_value;
  std::map<base::Oid, std::int64_t> values;
  std::map<std::string, std::string> run_time_parameters = {{"timezone", "UTC"}};
  std::optional<std::int64_t> first_identity;
  std::optional<std::int64_t> last_identity;
  FakeRandom random_value;
  FakeClock clock_value;
};

inline std::string FakeContext::check_expression;

}  // namespace ordinal::sql
