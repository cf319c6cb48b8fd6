#include <string>

#include "base/error.h"
#include "sql/expr/aggregate_kinds.h"
#include "sql/expr/json_writer.h"
#include "types/jsonb.h"

namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<const Value>;

class JsonArray final : public Aggregator {
 public:
  JsonArray(TypeId type, bool is_jsonb, EvalContext& context)
      : type_(type), is_jsonb_(is_jsonb), context_(context) {}

  void Add(Args args) override {
    if (!text_.empty()) {
      text_ += ", ";
      // What has parts of its own begins a line.
      const bool has_parts = types::IsArray(type_) || type_ == T::kRecord;
      if (has_parts && !args[0].is_null()) text_ += "\n ";
    } else {
      text_ = "[";
    }
    AppendAsJson(text_, args[0], type_, context_);
  }
  Value Finish() override {
    if (text_.empty()) return Value();
    const std::string whole = text_ + "]";
    return Value::String(is_jsonb_ ? types::ParseJsonb(whole) : whole);
  }

 private:
  TypeId type_;
  bool is_jsonb_;
  EvalContext& context_;
  std::string text_;
};

class JsonObject final : public Aggregator {
 public:
  JsonObject(const std::vector<TypeId>& types, bool is_jsonb, EvalContext& context)
      : name_type_(types[0]), value_type_(types[1]), is_jsonb_(is_jsonb), context_(context) {}

  void Add(Args args) override {
    text_ += text_.empty() ? "{ " : ", ";
    if (args[0].is_null()) ThrowNullName();
    AppendAsJsonName(text_, args[0], name_type_, context_);
    text_ += " : ";
    AppendAsJson(text_, args[1], value_type_, context_);
  }
  Value Finish() override {
    if (text_.empty()) return Value();
    const std::string whole = text_ + " }";
    return Value::String(is_jsonb_ ? types::ParseJsonb(whole) : whole);
  }

 private:
  [[noreturn]] void ThrowNullName() const {
    throw Error(base::sqlstate::kInvalidParameterValue, "field name must not be null");
  }

  TypeId name_type_;
  TypeId value_type_;
  bool is_jsonb_;
  EvalContext& context_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Aggregator> MakeJsonAggregator(const Function& function, const std::vector<TypeId>& types,
                                               EvalContext& context) {
  if (!function.name.starts_with("json")) return nullptr;
  const bool is_jsonb = function.result == T::kJsonb;
  if (function.arguments.size() == 2) return std::make_unique<JsonObject>(types, is_jsonb, context);
  return std::make_unique<JsonArray>(types[0], is_jsonb, context);
}

}  // namespace ordinal::sql
