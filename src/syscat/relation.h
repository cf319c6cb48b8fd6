// Builds a virtual table from a list of columns and a function that fills rows.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "catalog/virtual_table.h"

namespace ordinal::syscat {

class Relation;

// Fills one row after the other. A fresh row holds each column's default: NULL, or for a column that is never
// NULL the zero of its type (0, false, '').
class RowBuilder {
 public:
  // Both arguments must outlive the builder.
  RowBuilder(const Relation& relation, const catalog::RowSink& sink);

  // Setting columns in their order is cheapest. REQUIRES a column of that name.
  RowBuilder& Set(std::string_view column, types::Value value);
  RowBuilder& Set(std::string_view column, std::string_view text) {
    return Set(column, types::Value::String(text));
  }
  RowBuilder& Set(std::string_view column, const char* text) { return Set(column, std::string_view(text)); }
  RowBuilder& Set(std::string_view column, const std::string& text) {
    return Set(column, std::string_view(text));
  }
  // Sets a value of type "char".
  RowBuilder& Set(std::string_view column, char letter) { return Set(column, std::string_view(&letter, 1)); }
  RowBuilder& Set(std::string_view column, bool truth) { return Set(column, types::Value::Bool(truth)); }
  template <std::integral T>
  RowBuilder& Set(std::string_view column, T number) {
    return Set(column, types::Value::Int(static_cast<std::int64_t>(number)));
  }
  RowBuilder& Set(std::string_view column, double number) {
    return Set(column, types::Value::Double(number));
  }
  // Hands the row over and begins a fresh one.
  void Emit();

 private:
  const Relation& relation_;
  const catalog::RowSink& sink_;
  types::Row row_;
  std::size_t next_ = 0;  // where the search for the next column begins
};

class Relation final : public catalog::VirtualTable {
 public:
  using Fill = void (*)(const catalog::SessionView& session, RowBuilder& row);

  // `columns` lists names and pg_type names, "oid oid!, relname name!"; the mark says that the column is
  // never NULL. Without `fill` the relation is empty.
  Relation(catalog::Oid oid, catalog::Oid schema, std::string name, std::string_view columns,
           Fill fill = nullptr);

  catalog::Oid oid() const override { return oid_; }
  catalog::Oid schema() const override { return schema_; }
  const std::string& name() const override { return name_; }
  const std::vector<Column>& columns() const override { return columns_; }
  void Rows(const catalog::SessionView& session, const catalog::RowSink& sink) const override;

  // What a fresh row holds; NULL in the columns that may be NULL.
  const types::Row& defaults() const { return defaults_; }

 private:
  void AddColumn(std::string_view declaration);

  catalog::Oid oid_;
  catalog::Oid schema_;
  std::string name_;
  std::vector<Column> columns_;
  types::Row defaults_;
  Fill fill_;
};

}  // namespace ordinal::syscat
