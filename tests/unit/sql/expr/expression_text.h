// Builds calls of functions and operators from short texts, and shows results and errors as text.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "sql/expr/conversion.h"
#include "sql/expr/function.h"
#include "unit/sql/expr/fake_context.h"

namespace ordinal::sql {

// Makes a constant from "type:literal", such as "int4:5" or "text:NULL". "unknown:x" is an undecided literal.
inline ExprPtr Literal(std::string_view text) {
  const std::size_t colon = text.find(':');
  const types::TypeInfo* info = types::FindTypeByName(text.substr(0, colon));
  if (info == nullptr) throw std::invalid_argument("no such type: " + std::string(text));
  const Type type{info->id, -1};
  const std::string_view literal = text.substr(colon + 1);
  if (literal == "NULL") return MakeConstant(Value(), type);
  if (type.id == TypeId::kUnknown) return MakeConstant(Value::String(literal), type);
  if (type.id == TypeId::kOid || type.id == TypeId::kRegclass) {
    return MakeConstant(Value::Int(std::stoll(std::string(literal))), type);
  }
  return MakeConstant(types::ParseText(literal, type, types::Settings()), type);
}

inline FunctionKind KindOf(std::string_view name) {
  const char c = name.front();
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  return letter ? FunctionKind::kScalar : FunctionKind::kOperator;
}

inline ExprPtr Call(std::string_view name, std::vector<ExprPtr> args, int position = 0) {
  return BuildCall(name, KindOf(name), std::move(args), position);
}

inline ExprPtr Call(std::string_view name, std::initializer_list<std::string_view> args) {
  std::vector<ExprPtr> nodes;
  for (const std::string_view arg : args) nodes.push_back(Literal(arg));
  return Call(name, std::move(nodes));
}

// Evaluates and prints: the value's text, "NULL", or "ERROR 22012 division by zero".
inline std::string Show(const Expression& expression, EvalContext& context, std::span<const Value> row = {}) {
  try {
    const Value value = Evaluate(expression, context, row);
    return value.is_null() ? "NULL" : Print(value, expression.type.id, context);
  } catch (const base::Error& error) {
    return "ERROR " + std::string(error.sqlstate().view()) + " " + error.report().message;
  }
}

template <typename Args>
std::string Answer(std::string_view name, const Args& args, EvalContext& context) {
  try {
    std::vector<ExprPtr> nodes;
    for (const std::string_view arg : args) nodes.push_back(Literal(arg));
    return Show(*Call(name, std::move(nodes)), context);
  } catch (const base::Error& error) {
    return "ERROR " + std::string(error.sqlstate().view()) + " " + error.report().message;
  }
}

struct FunctionCase {
  std::string_view name;
  std::vector<std::string_view> args;  // "type:literal"
  std::string_view expected;
};

inline void ExpectAnswers(std::span<const FunctionCase> cases, EvalContext& context) {
  for (const FunctionCase& test : cases) {
    std::string shown(test.name);
    for (const std::string_view arg : test.args) shown += " " + std::string(arg);
    EXPECT_EQ(Answer(test.name, test.args, context), test.expected) << shown;
  }
}

}  // namespace ordinal::sql
