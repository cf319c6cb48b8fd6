#include "base/error.h"
#include "catalog/roles.h"
#include "catalog/view_updates.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"
#include "sql/expr/index_text.h"
#include "sql/expr/view_text.h"

// Describes catalog objects to clients, as psql, drivers and pg_dump ask for them (manual section 9.26). What
// an oid does not name answers NULL.
namespace ordinal::sql {
namespace {

using base::Oid;
using catalog::Catalog;
using T = TypeId;
using Args = std::span<Value>;

Value Text(std::string_view text) { return Value::String(text); }
Oid OidOf(const Value& value) { return static_cast<Oid>(value.AsInt()); }
Value Null(EvalContext&, Args, const Expression&) { return Value(); }
Value True(EvalContext&, Args, const Expression&) { return Value::Bool(true); }
Value False(EvalContext&, Args, const Expression&) { return Value::Bool(false); }

std::vector<std::string> ColumnNames(const catalog::TableDescriptor& table) {
  std::vector<std::string> names;
  for (const catalog::ColumnDescriptor& column : table.columns) names.push_back(QuoteIdentifier(column.name));
  return names;
}

std::string Deparse(std::string_view stored, const catalog::TableDescriptor* table, EvalContext& context,
                    bool pretty) {
  const ExprPtr expression = DeserializeExpression(stored);
  // What no table has is the value of a domain.
  const std::vector<std::string> columns =
      table != nullptr ? ColumnNames(*table) : std::vector<std::string>{"VALUE"};
  return DeparseExpression(*expression, columns, context, pretty);
}

std::string ColumnList(const catalog::TableDescriptor& table,
                       const std::vector<base::AttributeNumber>& columns) {
  std::string list = "(";
  for (const base::AttributeNumber number : columns) {
    if (list.size() > 1) list += ", ";
    const catalog::ColumnDescriptor* column = table.ColumnByNumber(number);
    list += column != nullptr ? QuoteIdentifier(column->name) : "?";
  }
  return list + ")";
}

// The last argument of the functions that print may ask for fewer parentheses.
bool IsPretty(Args args, const Expression& call) {
  return call.args.back()->type.id == T::kBool && args.back().AsBool();
}

// Stored expressions show as SQL; text that is SQL already stays.
Value GetExpression(EvalContext& context, Args args, const Expression& call) {
  const std::string_view stored = args[0].AsString();
  if (!stored.starts_with('{')) return args[0];
  const Catalog::TablePtr table = context.catalog().TableByOid(OidOf(args[1]));
  std::string text;  // of all expressions of an index, each on a line
  for (std::size_t begin = 0; begin < stored.size();) {
    const std::size_t end = std::min(stored.find('\n', begin), stored.size());
    text += (begin > 0 ? ", " : "") +
            Deparse(stored.substr(begin, end - begin), table.get(), context, IsPretty(args, call));
    begin = end + 1;
  }
  return Text(text);
}

std::string KeyDefinition(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index) {
  const std::string included = index.included.empty() ? "" : " INCLUDE " + ColumnList(table, index.included);
  if (index.primary) return "PRIMARY KEY " + ColumnList(table, index.columns) + included;
  return (index.nulls_not_distinct ? "UNIQUE NULLS NOT DISTINCT " : "UNIQUE ") +
         ColumnList(table, index.columns) + included;
}

const char* ActionName(catalog::ForeignKeyAction action) {
  static constexpr const char* kNames[] = {"", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};
  return kNames[static_cast<std::size_t>(action)];
}

std::string ForeignKeyDefinition(const catalog::TableDescriptor& table,
                                 const catalog::ForeignKeyDescriptor& key, EvalContext& context) {
  const Catalog::TablePtr parent = context.catalog().TableByOid(key.referenced_table);
  std::string text = "FOREIGN KEY " + ColumnList(table, key.columns) + " REFERENCES " +
                     context.RelationName(parent->oid) + ColumnList(*parent, key.referenced_columns);
  if (key.match_full) text += " MATCH FULL";
  const std::string on_update = ActionName(key.on_update);
  const std::string on_delete = ActionName(key.on_delete);
  if (!on_update.empty()) text += " ON UPDATE " + on_update;
  if (!on_delete.empty()) text += " ON DELETE " + on_delete;
  if (!key.set_columns.empty()) text += " " + ColumnList(table, key.set_columns);
  if (key.deferrable) text += " DEFERRABLE";
  if (key.initially_deferred) text += " INITIALLY DEFERRED";
  return text + (key.valid ? "" : " NOT VALID");
}

std::string CheckDefinition(const catalog::CheckDescriptor& check, const catalog::TableDescriptor* table,
                            EvalContext& context, bool pretty) {
  return "CHECK (" + Deparse(check.expression, table, context, pretty) + ")" +
         (check.valid ? "" : " NOT VALID");
}

Value GetConstraintDefinition(EvalContext& context, Args args, const Expression& call) {
  const Oid oid = OidOf(args[0]);
  for (const Catalog::DomainPtr& domain : context.catalog().Domains()) {
    for (const catalog::CheckDescriptor& check : domain->checks) {
      if (check.oid == oid) return Text(CheckDefinition(check, nullptr, context, IsPretty(args, call)));
    }
  }
  for (const Catalog::TablePtr& table : context.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) {
      if (index.oid == oid && index.is_constraint) return Text(KeyDefinition(*table, index));
    }
    for (const catalog::CheckDescriptor& check : table->checks) {
      if (check.oid != oid) continue;
      return Text(CheckDefinition(check, table.get(), context, IsPretty(args, call)));
    }
    for (const catalog::ForeignKeyDescriptor& key : table->foreign_keys) {
      if (key.oid == oid) return Text(ForeignKeyDefinition(*table, key, context));
    }
  }
  return Value();
}

// With a column number above zero, only that key column is shown.
Value GetIndexDefinition(EvalContext& context, Args args, const Expression& call) {
  const Catalog::Relation relation = context.catalog().RelationByOid(OidOf(args[0]));
  if (relation.index == nullptr) return Value();
  const std::int64_t number = args.size() > 1 ? args[1].AsInt() : 0;
  if (number == 0)
    return Text(ShowIndexDefinition(*relation.index_of, *relation.index, context, IsPretty(args, call)));
  const auto position = static_cast<std::size_t>(number - 1);
  const std::size_t keys = relation.index->columns.size();
  if (number < 0 || position >= keys + relation.index->included.size()) return Text("");
  if (position < keys) {
    return Text(
        ShowIndexColumn(*relation.index_of, *relation.index, position, context, IsPretty(args, call)));
  }
  const catalog::ColumnDescriptor* column =
      relation.index_of->ColumnByNumber(relation.index->included[position - keys]);
  return column != nullptr ? Text(QuoteIdentifier(column->name)) : Value();
}

Value ViewDefinition(const Catalog::Relation& relation, EvalContext& context, bool pretty) {
  if (!relation.view) return Value();
  const catalog::ViewDescriptor& view = *relation.view;
  return Text(ShowViewText(pretty ? view.shown_pretty : view.shown, view, context));
}

Value GetViewDefinition(EvalContext& context, Args args, const Expression& call) {
  return ViewDefinition(context.catalog().RelationByOid(OidOf(args[0])), context, IsPretty(args, call));
}

Value GetViewDefinitionByName(EvalContext& context, Args args, const Expression& call) {
  const Oid oid = context.ResolveRelation(args[0].AsString(), false);
  return ViewDefinition(context.catalog().RelationByOid(oid), context, IsPretty(args, call));
}

Value Comment(const std::string& comment) { return comment.empty() ? Value() : Text(comment); }

// The comment of a constraint; an index that stands for one has the same number.
Value ConstraintDescription(const Catalog& catalog, Oid oid) {
  for (const Catalog::DomainPtr& domain : catalog.Domains()) {
    for (const auto& check : domain->checks) {
      if (check.oid == oid) return Comment(check.comment);
    }
  }
  for (const Catalog::TablePtr& table : catalog.Tables()) {
    for (const auto& index : table->indexes) {
      if (index.oid == oid && index.is_constraint) return Comment(index.constraint_comment);
    }
    for (const auto& check : table->checks) {
      if (check.oid == oid) return Comment(check.comment);
    }
    for (const auto& key : table->foreign_keys) {
      if (key.oid == oid) return Comment(key.comment);
    }
  }
  return Value();
}

Value ObjectDescription(EvalContext& context, Args args, const Expression&) {
  const Oid oid = OidOf(args[0]);
  const Catalog& catalog = context.catalog();
  const std::string_view kind = args.size() > 1 ? args[1].AsString() : "";
  if (kind.empty() || kind == "pg_type") {
    if (const auto domain = catalog.DomainByOid(oid)) return Comment(domain->comment);
  }
  if (kind == "pg_constraint") return ConstraintDescription(catalog, oid);
  if (kind.empty() || kind == "pg_namespace") {
    if (const auto schema = catalog.SchemaByOid(oid)) return Comment(schema->comment);
  }
  if (kind.empty() || kind == "pg_proc") {
    if (const auto function = catalog.FunctionByOid(oid)) return Comment(function->comment);
  }
  if (kind.empty() || kind == "pg_statistic_ext") {
    if (const auto statistics = catalog.ExtendedStatisticsByOid(oid)) return Comment(statistics->comment);
  }
  if (!kind.empty() && kind != "pg_class") return Value();
  const Catalog::Relation relation = catalog.RelationByOid(oid);
  if (relation.table) return Comment(relation.table->comment);
  if (relation.sequence) return Comment(relation.sequence->comment);
  if (relation.view) return Comment(relation.view->comment);
  return relation.index != nullptr ? Comment(relation.index->comment) : Value();
}

// Of what databases share, were there several.
Value SharedDescription(EvalContext& context, Args args, const Expression&) {
  const Oid oid = OidOf(args[0]);
  const std::string_view kind = args[1].AsString();
  if (kind == "pg_database")
    return oid == catalog::kDatabase ? Comment(context.catalog().database().comment) : Value();
  if (kind != "pg_authid") return Value();
  const auto role = context.catalog().RoleByOid(oid);
  return role ? Comment(role->comment) : Value();
}

Value ColumnDescription(EvalContext& context, Args args, const Expression&) {
  const Catalog::Relation relation = context.catalog().RelationByOid(OidOf(args[0]));
  const std::int64_t number = args[1].AsInt();
  if (relation.table && number > 0 && number <= static_cast<std::int64_t>(relation.table->columns.size())) {
    return Comment(relation.table->columns[static_cast<std::size_t>(number - 1)].comment);
  }
  if (relation.view && number > 0 && number <= static_cast<std::int64_t>(relation.view->columns.size())) {
    return Comment(relation.view->columns[static_cast<std::size_t>(number - 1)].comment);
  }
  return Value();
}

Value FormatTypeName(EvalContext& context, Args args, const Expression&) {
  if (args[0].is_null()) return Value();
  const Oid oid = OidOf(args[0]);
  if (oid == base::kInvalidOid) return Text("-");
  if (types::FindType(oid) == nullptr) return Text(DomainName(oid, context));
  const std::int64_t modifier = args[1].is_null() ? -1 : args[1].AsInt();
  return Text(types::FormatType({static_cast<TypeId>(oid), static_cast<std::int32_t>(modifier)}));
}

Value GetUserById(EvalContext& context, Args args, const Expression&) {
  return Text(catalog::RoleName(context.catalog(), OidOf(args[0])));
}

struct Place {
  Oid schema = base::kInvalidOid;
  std::string name;
};

Place PlaceOf(const Catalog::Relation& relation) {
  if (relation.table) return {relation.table->schema, relation.table->name};
  if (relation.sequence) return {relation.sequence->schema, relation.sequence->name};
  if (relation.view) return {relation.view->schema, relation.view->name};
  if (relation.index != nullptr) return {relation.index_of->schema, relation.index->name};
  return {relation.virtual_table->schema(), relation.virtual_table->name()};
}

// A relation is visible when its bare name finds it.
// Triggers, which the last argument is about, make no relation updatable here.
Value RelationIsUpdatable(EvalContext& context, Args args, const Expression&) {
  return Value::Int(catalog::ChangesTaken(context.catalog(), OidOf(args[0])));
}

Value ColumnIsUpdatable(EvalContext& context, Args args, const Expression&) {
  if (args[1].AsInt() <= 0) return Value::Bool(false);
  constexpr int kBoth = catalog::kTakesUpdate | catalog::kTakesDelete;
  const auto column = static_cast<base::AttributeNumber>(args[1].AsInt());
  return Value::Bool((catalog::ChangesTaken(context.catalog(), OidOf(args[0]), {{column}}) & kBoth) == kBoth);
}

Value TableIsVisible(EvalContext& context, Args args, const Expression&) {
  const Catalog& catalog = context.catalog();
  const Catalog::Relation relation = catalog.RelationByOid(OidOf(args[0]));
  if (!relation) return Value();
  const Place place = PlaceOf(relation);
  for (const std::string& name : context.SearchPath(true)) {
    const Catalog::SchemaPtr schema = catalog.FindSchema(name);
    if (!schema) continue;
    if (schema->oid == place.schema) return Value::Bool(true);
    if (catalog.FindRelation(schema->oid, place.name)) return Value::Bool(false);
  }
  return Value::Bool(false);
}

// A domain is visible when its bare name finds it; a row type, when its relation is.
Value TypeIsVisible(EvalContext& context, Args args, const Expression& call) {
  const Oid oid = OidOf(args[0]);
  if (types::FindType(oid) != nullptr) return Value::Bool(true);
  const Catalog::DomainPtr domain = context.catalog().DomainByOid(oid);
  if (!domain) return TableIsVisible(context, args, call);
  return Value::Bool(DomainName(oid, context) == QuoteIdentifier(domain->name));
}

}  // namespace

void AddCatalogFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Stable(Scalar("pg_get_expr", {T::kText, T::kOid}, T::kText, 1716, GetExpression)),
          Stable(Scalar("pg_get_expr", {T::kText, T::kOid, T::kBool}, T::kText, 2509, GetExpression)),
          Stable(Scalar("pg_get_constraintdef", {T::kOid}, T::kText, 1387, GetConstraintDefinition)),
          Stable(
              Scalar("pg_get_constraintdef", {T::kOid, T::kBool}, T::kText, 2508, GetConstraintDefinition)),
          Stable(Scalar("pg_get_indexdef", {T::kOid}, T::kText, 1643, GetIndexDefinition)),
          Stable(
              Scalar("pg_get_indexdef", {T::kOid, T::kInt4, T::kBool}, T::kText, 2507, GetIndexDefinition)),
          Stable(Scalar("pg_get_viewdef", {T::kOid}, T::kText, 1641, GetViewDefinition)),
          Stable(Scalar("pg_get_viewdef", {T::kOid, T::kBool}, T::kText, 2506, GetViewDefinition)),
          Stable(Scalar("pg_get_viewdef", {T::kText}, T::kText, 1640, GetViewDefinitionByName)),
          Stable(Scalar("pg_get_viewdef", {T::kText, T::kBool}, T::kText, 2505, GetViewDefinitionByName)),
          Stable(Scalar("pg_get_userbyid", {T::kOid}, T::kName, 1642, GetUserById)),
          CalledOnNull(Stable(Scalar("format_type", {T::kOid, T::kInt4}, T::kText, 1081, FormatTypeName))),
          Stable(Scalar("pg_table_is_visible", {T::kOid}, T::kBool, 2079, TableIsVisible)),
          Stable(Scalar("pg_type_is_visible", {T::kOid}, T::kBool, 2080, TypeIsVisible)),
          Stable(Scalar("pg_function_is_visible", {T::kOid}, T::kBool, 2081, True)),
          Stable(Scalar("pg_operator_is_visible", {T::kOid}, T::kBool, 2082, True)),
          Stable(Scalar("pg_opclass_is_visible", {T::kOid}, T::kBool, 2083, True)),
          Stable(Scalar("pg_opfamily_is_visible", {T::kOid}, T::kBool, 3829, True)),
          Stable(Scalar("pg_conversion_is_visible", {T::kOid}, T::kBool, 2093, True)),
          Stable(Scalar("pg_collation_is_visible", {T::kOid}, T::kBool, 3815, True)),
          Stable(Scalar("pg_ts_parser_is_visible", {T::kOid}, T::kBool, 3756, True)),
          Stable(Scalar("pg_ts_dict_is_visible", {T::kOid}, T::kBool, 3757, True)),
          Stable(Scalar("pg_ts_template_is_visible", {T::kOid}, T::kBool, 3768, True)),
          Stable(Scalar("pg_ts_config_is_visible", {T::kOid}, T::kBool, 3758, True)),
          Stable(Scalar("pg_relation_is_updatable", {T::kRegclass, T::kBool}, T::kInt4, 3842,
                        RelationIsUpdatable)),
          Stable(Scalar("pg_column_is_updatable", {T::kRegclass, T::kInt2, T::kBool}, T::kBool, 3843,
                        ColumnIsUpdatable)),
          Stable(Scalar("pg_relation_is_publishable", {T::kRegclass}, T::kBool, 6121, False)),
          Stable(Scalar("pg_get_ruledef", {T::kOid}, T::kText, 1573, Null)),
          Stable(Scalar("pg_get_partkeydef", {T::kOid}, T::kText, 3352, Null)),
          Stable(Scalar("pg_get_triggerdef", {T::kOid}, T::kText, 1662, Null)),
          Stable(Scalar("pg_get_ruledef", {T::kOid, T::kBool}, T::kText, 2504, Null)),
          Stable(Scalar("pg_get_triggerdef", {T::kOid, T::kBool}, T::kText, 2730, Null)),
          Stable(Scalar("obj_description", {T::kOid, T::kName}, T::kText, 1215, ObjectDescription)),
          Stable(Scalar("obj_description", {T::kOid}, T::kText, 1348, ObjectDescription)),
          Stable(Scalar("col_description", {T::kOid, T::kInt4}, T::kText, 1216, ColumnDescription)),
          Stable(Scalar("shobj_description", {T::kOid, T::kName}, T::kText, 1993, SharedDescription)),
      });
}

}  // namespace ordinal::sql
