#include "sql/bind/copy.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Reads one COPY.
class CopyBinder {
 public:
  CopyBinder(const CopyStmt& copy, const BindEnvironment& environment, const parse::Tree& tree)
      : copy_(copy), environment_(environment), tree_(tree) {}

  BoundCopy Bind() {
    CheckFile();
    bound_.from = copy_.is_from;
    if (copy_.relation == nullptr) {
      BindCopiedQuery();
    } else {
      BindRelation(*copy_.relation);
    }
    bound_.options = copy::ReadOptions(OptionTexts(), copy_.is_from);
    if (copy_.relation != nullptr) CheckForced();
    return std::move(bound_);
  }

 private:
  using Relation = catalog::Catalog::Relation;

  void CheckFile() const {
    if (copy_.is_program) {
      throw Error(sqlstate::kInsufficientPrivilege,
                  "must be superuser or have privileges of the pg_execute_server_program role to COPY to or "
                  "from an external program")
          .Hint(kHint);
    }
    if (copy_.filename == nullptr) return;
    throw Error(
        sqlstate::kInsufficientPrivilege,
        copy_.is_from
            ? "must be superuser or have privileges of the pg_read_server_files role to COPY from a file"
            : "must be superuser or have privileges of the pg_write_server_files role to COPY to a file")
        .Hint(kHint);
  }

  void BindCopiedQuery() {
    const Node& query = *copy_.query;
    const auto check = [](const List* returning) {
      if (LengthOf(returning) == 0) {
        throw Error(sqlstate::kFeatureNotSupported, "COPY query must have a RETURNING clause");
      }
    };
    if (nodeTag(&query) == T_InsertStmt) check(As<InsertStmt>(query).returningList);
    if (nodeTag(&query) == T_UpdateStmt) check(As<UpdateStmt>(query).returningList);
    if (nodeTag(&query) == T_DeleteStmt) check(As<DeleteStmt>(query).returningList);
    if (nodeTag(&query) == T_SelectStmt && As<SelectStmt>(query).intoClause != nullptr) {
      throw Error(sqlstate::kFeatureNotSupported, "COPY (SELECT INTO) is not supported");
    }
    bound_.query = &query;
  }

  void BindRelation(const RangeVar& var) {
    const std::string schema = Text(var.schemaname);
    const Relation relation = LookupRelation(environment_, schema, var.relname);
    if (!relation) {
      throw Error(sqlstate::kUndefinedTable,
                  "relation \"" + (schema.empty() ? "" : schema + ".") + var.relname + "\" does not exist");
    }
    CheckKind(relation, var.relname);
    const bool is_table = relation.table != nullptr;
    if (is_table) {
      ChooseColumns(*relation.table);
    } else {
      ChooseVirtualColumns(*relation.virtual_table);
    }
    const auto home = environment_.catalog.SchemaByOid(is_table ? relation.table->schema
                                                                : relation.virtual_table->schema());
    const std::string name = QuoteIdentifier(home->name) + "." + QuoteIdentifier(var.relname);
    bound_.relation = var.relname;
    bound_.text = copy_.is_from ? InsertInto(name) : SelectFrom(name);
    if (copy_.whereClause != nullptr) BindWhere(*relation.table);
  }

  void CheckKind(const Relation& relation, const std::string& name) const {
    if (relation.table || (relation.virtual_table != nullptr && !copy_.is_from)) return;
    if (relation.index != nullptr) throw Error(sqlstate::kWrongObjectType, "\"" + name + "\" is an index");
    const char* const kind = relation.sequence ? "sequence" : relation.view ? "view" : "non-table relation";
    Error error(sqlstate::kWrongObjectType,
                std::string("cannot copy ") + (copy_.is_from ? "to " : "from ") + kind + " \"" + name + "\"");
    if (relation.view) {
      error.Hint(copy_.is_from ? "To enable copying to a view, provide an INSTEAD OF INSERT trigger."
                               : "Try the COPY (SELECT ...) TO variant.");
    }
    throw error;
  }

  void ChooseColumns(const catalog::TableDescriptor& table) {
    const std::vector<std::string> wanted = Names(copy_.attlist);
    for (const std::string& name : wanted) {
      const auto* column = table.FindColumn(name);
      if (column == nullptr) {
        ThrowNoColumn(name, table.name);
      }
      if (column->generated) {
        throw Error(sqlstate::kInvalidColumnReference, "column \"" + name + "\" is a generated column")
            .Detail("Generated columns cannot be used in COPY.");
      }
      if (std::count(wanted.begin(), wanted.end(), name) > 1) {
        throw Error(sqlstate::kDuplicateColumn, "column \"" + name + "\" specified more than once");
      }
      Add(*column);
    }
    if (copy_.attlist != nullptr) return;
    for (const auto& column : table.columns) {
      if (!column.dropped && !column.generated) Add(column);
    }
  }

  void ChooseVirtualColumns(const catalog::VirtualTable& table) {
    bound_.columns = Names(copy_.attlist);
    if (copy_.attlist != nullptr) return;
    for (const auto& column : table.columns()) bound_.columns.push_back(column.name);
  }

  void Add(const catalog::ColumnDescriptor& column) {
    bound_.columns.push_back(column.name);
    bound_.types.push_back(column.type);
  }

  std::string ColumnList() const {
    std::string list;
    for (const std::string& name : bound_.columns) list += (list.empty() ? "" : ", ") + QuoteIdentifier(name);
    return list;
  }

  std::string SelectFrom(const std::string& relation) const {
    return "SELECT " + ColumnList() + " FROM " + relation;
  }

  // COPY takes the values of its input for columns GENERATED ALWAYS AS IDENTITY, too.
  std::string InsertInto(const std::string& relation) const {
    if (bound_.columns.empty()) return "INSERT INTO " + relation + " DEFAULT VALUES";
    std::string values;
    for (std::size_t i = 1; i <= bound_.columns.size(); ++i) {
      values += (i == 1 ? "$" : ", $") + std::to_string(i);
    }
    return "INSERT INTO " + relation + " (" + ColumnList() + ") OVERRIDING SYSTEM VALUE VALUES (" + values +
           ")";
  }

  void BindWhere(const catalog::TableDescriptor& table) {
    Binder binder(environment_, tree_, {});
    bound_.where = binder.BindStandalone(*copy_.whereClause, &table, "COPY FROM WHERE");
    Walk(*bound_.where, [&table](const Expression& part) {
      if (part.kind != ExprKind::kColumn) return;
      const auto& column = table.columns[static_cast<std::size_t>(part.index)];
      if (!column.generated) return;
      throw Error(sqlstate::kInvalidColumnReference,
                  "generated columns are not supported in COPY FROM WHERE conditions")
          .Detail("Column \"" + column.name + "\" is a generated column.");
    });
    if (bound_.where->type.id == TypeId::kBool) return;
    throw Error(sqlstate::kDatatypeMismatch,
                "argument of WHERE must be type boolean, not type " + types::FormatType(bound_.where->type));
  }

  std::vector<copy::OptionText> OptionTexts() const {
    std::vector<copy::OptionText> texts;
    for (int i = 0; i < LengthOf(copy_.options); ++i) {
      const auto& option = As<DefElem>(*NodeAt(copy_.options, i));
      copy::OptionText text;
      text.name = option.defname;
      text.position = tree_.Position(option.location);
      if (option.arg != nullptr) ReadArgument(*option.arg, text);
      texts.push_back(std::move(text));
    }
    return texts;
  }

  static void ReadArgument(const Node& argument, copy::OptionText& text) {
    using Kind = copy::OptionText::Kind;
    text.kind = Kind::kWord;
    switch (nodeTag(&argument)) {
      case T_String:
        text.word = As<String>(argument).sval;
        break;
      case T_Boolean:
        text.word = As<Boolean>(argument).boolval ? "true" : "false";
        break;
      case T_Integer:
        text.kind = Kind::kNumber;
        text.word = std::to_string(As<Integer>(argument).ival);
        break;
      case T_Float:
        text.kind = Kind::kNumber;
        text.word = As<Float>(argument).fval;
        break;
      case T_A_Star:
        text.kind = Kind::kAllColumns;
        break;
      case T_List:
        text.kind = Kind::kColumns;
        text.columns = Names(&As<List>(argument));
        break;
      default:
        text.kind = Kind::kNone;
        break;
    }
  }

  void CheckForced() const {
    CheckReferenced(bound_.options.force_quote, "FORCE_QUOTE");
    CheckReferenced(bound_.options.force_not_null, "FORCE_NOT_NULL");
    CheckReferenced(bound_.options.force_null, "FORCE_NULL");
  }

  void CheckReferenced(const copy::ColumnSet& columns, const std::string& option) const {
    for (const std::string& name : columns.names) {
      if (std::find(bound_.columns.begin(), bound_.columns.end(), name) != bound_.columns.end()) continue;
      const auto relation = LookupRelation(environment_, Text(copy_.relation->schemaname), bound_.relation);
      if (relation.table && relation.table->FindColumn(name) == nullptr) ThrowNoColumn(name, bound_.relation);
      throw Error(sqlstate::kInvalidColumnReference,
                  option + " column \"" + name + "\" not referenced by COPY");
    }
  }

  static constexpr const char* kHint =
      "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.";
  const CopyStmt& copy_;
  const BindEnvironment& environment_;
  const parse::Tree& tree_;
  BoundCopy bound_;
};

}  // namespace

bool IsCopy(const Node& node) { return nodeTag(&node) == T_CopyStmt; }

const Node* CopiedQuery(const Node& node) { return As<CopyStmt>(node).query; }

BoundCopy BindCopy(const Node& node, const BindEnvironment& environment, const parse::Tree& tree) {
  return CopyBinder(As<CopyStmt>(node), environment, tree).Bind();
}

}  // namespace ordinal::sql
