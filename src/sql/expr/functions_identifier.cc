#include <string>
#include <vector>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "types/array.h"
#include "types/scan.h"

// parse_ident() (manual, table 9.10).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

bool Begins(char c) { return types::IsLetter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool Continues(char c) { return Begins(c) || types::IsDigit(c) || c == '$'; }

// Takes a name with dots apart.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), rest_(text) {}

  std::vector<Value> Run(bool strict) {
    bool after_dot = false;
    SkipBlanks();
    while (true) {
      TakeName(after_dot);
      SkipBlanks();
      if (rest_.empty()) break;
      if (rest_.front() == '.') {
        after_dot = true;
        rest_.remove_prefix(1);
        SkipBlanks();
      } else if (strict) {
        throw Invalid();
      } else {
        break;
      }
    }
    return std::move(names_);
  }

 private:
  Error Invalid() const {
    return Error(base::sqlstate::kInvalidParameterValue,
                 "string is not a valid identifier: \"" + std::string(text_) + "\"");
  }

  void SkipBlanks() {
    while (!rest_.empty() && types::IsBlank(rest_.front())) rest_.remove_prefix(1);
  }

  void TakeName(bool after_dot) {
    if (!rest_.empty() && rest_.front() == '"') {
      TakeQuoted();
    } else if (!rest_.empty() && Begins(rest_.front())) {
      std::string name;
      while (!rest_.empty() && Continues(rest_.front())) {
        name += types::ToLower(rest_.front());
        rest_.remove_prefix(1);
      }
      names_.push_back(Value::String(name));
    } else if (!rest_.empty() && rest_.front() == '.') {
      throw Invalid().Detail("No valid identifier before \".\".");
    } else if (after_dot) {
      throw Invalid().Detail("No valid identifier after \".\".");
    } else {
      throw Invalid();
    }
  }

  void TakeQuoted() {
    std::string name;
    rest_.remove_prefix(1);
    while (true) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) throw Invalid().Detail("String has unclosed double quotes.");
      name += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (rest_.empty() || rest_.front() != '"') break;
      name += '"';
      rest_.remove_prefix(1);
    }
    if (name.empty()) throw Invalid().Detail("Quoted identifier must not be empty.");
    names_.push_back(Value::String(name));
  }

  std::string_view text_;
  std::string_view rest_;
  std::vector<Value> names_;
};

Value ParseIdent(EvalContext&, Args args, const Expression&) {
  const bool strict = args.size() < 2 || args[1].AsBool();
  return types::MakeArray(T::kText, Reader(args[0].AsString()).Run(strict));
}

}  // namespace

void AddIdentifierFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Scalar("parse_ident", {T::kText}, T::kTextArray, 9512, ParseIdent),
                            Scalar("parse_ident", {T::kText, T::kBool}, T::kTextArray, 1268, ParseIdent),
                        });
}

}  // namespace ordinal::sql
