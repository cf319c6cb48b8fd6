// Runs COPY. COPY TO is a SELECT whose rows are printed in another form. COPY FROM is an INSERT that runs
// for each record; its input comes in messages of its own, and the statement ends with the last of them.
#include <fmt/format.h>

#include <utility>

#include "base/error.h"
#include "session/copy_run.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/expr/domain.h"
#include "sql/parse/tree.h"
#include "types/binary_codec.h"
#include "types/text_codec.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::string LinePlace(const CopyRun& copy) {
  return fmt::format("COPY {}, line {}", copy.bound.relation, copy.reader->line());
}

// Adds where in the input an error was met.
[[noreturn]] void ThrowAt(const Error& error, std::string context) {
  base::Report report = error.report();
  report.position = 0;
  report.context = report.context.empty() ? std::move(context) : report.context + "\n" + context;
  throw Error(std::move(report));
}

std::string RecordPlace(const CopyRun& copy) {
  if (copy.reader->line() == 0) return {};
  if (const auto column = copy.reader->unread_column()) {
    return fmt::format("{}, column {}", LinePlace(copy), copy.bound.columns[*column]);
  }
  const auto shown = copy.reader->ShownLine();
  return shown ? fmt::format("{}: \"{}\"", LinePlace(copy), *shown) : LinePlace(copy);
}

std::string FieldPlace(const CopyRun& copy, std::size_t column) {
  const std::string where = fmt::format("{}, column {}", LinePlace(copy), copy.bound.columns[column]);
  if (!copy.fields[column]) return where + ": null input";
  if (copy.bound.options.format == copy::Format::kBinary) return where;
  return fmt::format("{}: \"{}\"", where, copy::Shorten(*copy.fields[column]));
}

}  // namespace

void CopyOutSink::DataRow(std::span<const types::Value> values, std::span<const ColumnDescription> columns,
                          const types::Settings& settings) {
  const bool binary = writer_.options().format == copy::Format::kBinary;
  bytes_.clear();
  writer_.BeginRow(bytes_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_null()) {
      writer_.AppendNull(bytes_);
      continue;
    }
    value_.clear();
    const types::TypeId type = columns[i].type.id;
    if (binary) {
      types::AppendBinary(value_, values[i], type);
    } else if (types::IsObjectName(type)) {
      value_ = values[i].AsString();  // the name of an object
    } else {
      types::AppendText(value_, values[i], type, settings);
    }
    writer_.AppendField(bytes_, value_);
  }
  writer_.EndRow(bytes_);
  sink_.CopyData(bytes_);
}

std::optional<StepResult> Session::RunCopy(Portal& portal, ResultSink& sink, Place place) {
  if (portal.done) return std::nullopt;
  if (place == Place::kLoop) return StepResult::kNeedPool;
  if (!portal.copy) {
    BeginCopy(portal);
    if (portal.copy->bound.from) {
      BeginCopyIn(portal, sink);
      return StepResult::kDone;
    }
  }
  return RunCopyOut(portal, sink);
}

void Session::BeginCopy(Portal& portal) {
  StartStatement();
  if (transaction_->is_recent()) transaction_->TakeLatest();
  CurrentCatalog();
  const sql::parse::Tree tree(portal.prepared->text);
  const auto& node = sql::FirstNode(tree);
  portal.copy = std::make_unique<CopyRun>();
  CopyRun& copy = *portal.copy;
  {
    sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
    context.session_settings = &parameters_.settings();
    const sql::BindEnvironment environment = BindEnvironmentFor(context);
    copy.bound = sql::BindCopy(node, environment, tree);
  }
  if (copy.bound.query != nullptr) {
    auto prepared = std::make_shared<Prepared>();
    prepared->kind = PreparedKind::kPlan;
    prepared->text = portal.prepared->text;  // Refresh finds the query in it
    PreparePlan(*prepared, tree, copy.bound.query);
    copy.inner.prepared = std::move(prepared);
    copy.bound.query = nullptr;
  } else {
    copy.inner.prepared =
        Prepare(copy.bound.text, copy.bound.from ? copy.bound.types : std::vector<types::Type>());
  }
  if (!copy.inner.prepared->parameters.empty() && !copy.bound.from) {
    throw Error(sqlstate::kUndefinedParameter, "there is no parameter $1");
  }
  if (copy.inner.prepared->denial) throw *copy.inner.prepared->denial;
  copy.inner.columns = copy.inner.prepared->columns;
}

std::optional<StepResult> Session::RunCopyOut(Portal& portal, ResultSink& sink) {
  CopyRun& copy = *portal.copy;
  const bool binary = copy.bound.options.format == copy::Format::kBinary;
  if (!portal.copy_writer) {
    std::vector<std::string> names;
    for (const ColumnDescription& column : copy.inner.columns) names.push_back(column.name);
    for (ColumnDescription& column : copy.inner.columns) column.format = binary ? 1 : 0;
    portal.copy_writer = std::make_unique<copy::Writer>(copy.bound.options, std::move(names));
  }
  CopyOutSink rows(*portal.copy_writer, sink);
  to_pool_ = true;  // rows are not kept until the commit
  const bool begins = !copy.inner.started;
  if (begins) {
    sink.CopyResponse(false, binary, copy.inner.columns.size());
    std::string start;
    portal.copy_writer->AppendStart(start);
    if (!start.empty()) sink.CopyData(start);
    streamed_ = true;
  }
  if (auto pause = RunPlan(copy.inner, 0, rows, Place::kPool, false)) return pause;
  std::string end;
  portal.copy_writer->AppendEnd(end);
  if (!end.empty()) sink.CopyData(end);
  sink.CopyDone();
  tag_ = "COPY " + std::to_string(copy.inner.rows_sent);
  portal.done = true;
  return std::nullopt;
}

void Session::BeginCopyIn(Portal& portal, ResultSink& sink) {
  if (script_) base::ThrowUnsupported("COPY FROM STDIN in a query of several statements");
  if (read_only_) {
    throw Error(sqlstate::kReadOnlySqlTransaction, "cannot execute COPY FROM in a read-only transaction");
  }
  CheckMixing(false);
  CopyRun& copy = *portal.copy;
  sequences_.BeginStatement();
  statement_begun_ = true;
  copy.reader = copy::Reader::Make(copy.bound.options, copy.bound.columns);
  Portal& inner = copy.inner;
  inner.context = std::make_unique<sql::ExecContext>(static_cast<sql::SessionServices&>(*this), catalog_,
                                                     *transaction_, statement_micros_);
  inner.context->session_settings = &parameters_.settings();
  inner.execution =
      std::make_unique<sql::Execution>(*inner.prepared->plan, *inner.context, *transaction_, types::Row());
  copying_ = Copying::kReads;
  sink.CopyResponse(true, copy.bound.options.format == copy::Format::kBinary, copy.bound.columns.size());
}

StepResult Session::HandleCopyMessage(const FrontendMessage& message, ResultSink& sink, Place place) {
  if (copying_ == Copying::kReads) {
    switch (message.type) {
      case 'd':
        if (portal_->copy->reader->bytes_waiting() + message.text.size() > kCopyBytesWaiting &&
            place == Place::kLoop) {
          return StepResult::kNeedPool;
        }
        portal_->copy->reader->Feed(message.text);
        if (place == Place::kPool) InsertCopied(*portal_->copy);
        return StepResult::kDone;
      case 'c':
        if (place == Place::kLoop) return StepResult::kNeedPool;
        EndCopyIn(*portal_);
        break;
      case 'f':
        if (place == Place::kLoop) return StepResult::kNeedPool;
        InsertCopied(*portal_->copy);
        throw Error(sqlstate::kQueryCanceled, "COPY from stdin failed: " + std::string(message.text))
            .Context(fmt::format("COPY {}, line {}", portal_->copy->bound.relation,
                                 portal_->copy->reader->line() + 1));
      case 'H':
      case 'S':
        return StepResult::kDone;  // clients that pipeline send them too early
      case 'X':
        return StepResult::kClose;
      default:
        throw Error(sqlstate::kProtocolViolation,
                    fmt::format("unexpected message type 0x{:02X} during COPY from stdin",
                                static_cast<unsigned char>(message.type)));
    }
  }
  // The statement goes on where it began.
  const StepResult result =
      copy_extended_ ? HandleExecute(message, sink, place) : HandleQuery(message, sink, place);
  if (result == StepResult::kDone) copying_ = Copying::kNo;
  return result;
}

void Session::EndCopyIn(Portal& portal) {
  CopyRun& copy = *portal.copy;
  copy.reader->End();
  InsertCopied(copy);
  copy.inner.execution->FinishFeed();
  tag_ = "COPY " + std::to_string(copy.inner.execution->affected_rows());
  copy.inner.execution.reset();
  portal.done = true;
  copying_ = Copying::kEnds;
}

void Session::InsertCopied(CopyRun& copy) {
  std::uint64_t count = 0;
  for (;;) {
    try {
      if (!copy.reader->Next(copy.fields)) return;
      if (copy.fields.size() > copy.bound.columns.size() &&
          (copy.fields.size() > 1 || !copy.fields[0] || !copy.fields[0]->empty())) {
        throw Error(sqlstate::kBadCopyFileFormat, "extra data after last expected column");
      }
    } catch (const Error& error) {
      ThrowAt(error, RecordPlace(copy));
    }
    ReadCopied(copy);
    try {
      copy.inner.execution->Feed(copy.row, copy.bound.where.get());
    } catch (const Error& error) {
      const bool of_index = error.sqlstate() == sqlstate::kUniqueViolation;
      ThrowAt(error, of_index ? LinePlace(copy) : RecordPlace(copy));
    }
    if (++count % kRowsBetweenChecks == 0) CheckCanceled();
  }
}

// Turns the fields of a record into values.
void Session::ReadCopied(CopyRun& copy) {
  const bool binary = copy.bound.options.format == copy::Format::kBinary;
  copy.row.clear();
  for (std::size_t i = 0; i < copy.bound.columns.size(); ++i) {
    if (i >= copy.fields.size()) {
      ThrowAt(
          Error(sqlstate::kBadCopyFileFormat, "missing data for column \"" + copy.bound.columns[i] + "\""),
          RecordPlace(copy));
    }
    const types::Type type = copy.bound.types[i];
    if (!copy.fields[i] && type.domain == 0) {
      copy.row.push_back(types::Value::Null());
      continue;
    }
    try {
      copy.row.push_back(!copy.fields[i] ? types::Value::Null()
                         : binary        ? types::ParseBinary(*copy.fields[i], type)
                                         : types::ParseText(*copy.fields[i], type, parameters_.settings()));
      if (type.domain != 0) sql::CheckDomain(type.domain, copy.row.back(), *copy.inner.context);
    } catch (const Error& error) {
      ThrowAt(error, FieldPlace(copy, i));
    }
  }
}

}  // namespace ordinal::session
