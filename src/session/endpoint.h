// Defines the seam between wire and session: messages that a client sent go in, results come out
// through a ResultSink. The session never sees a socket; wire never sees a statement.
//
// One message is handled by calling Step until it says kDone. Exactly one thread is inside an
// endpoint at any time, except for Cancel().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "types/settings.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::session {

// Holds one frontend message, decoded. Views point into the connection's input buffer, which stays in place
// until the message is done. A connection reuses one object, so that the vectors keep their memory.
struct FrontendMessage {
  // The protocol's type byte: Q query, P parse, B bind, D describe, E execute, C close, S sync, H flush,
  // X terminate, d/c/f copy data/done/fail, F function call.
  char type = 0;
  std::string_view statement;                               // P, B: prepared statement name
  std::string_view portal;                                  // B, E: portal name
  std::string_view text;                                    // Q, P: SQL; D, C: name; d: bytes; f: reason
  char target = 0;                                          // D, C: 'S' statement or 'P' portal
  std::int32_t row_limit = 0;                               // E: 0 for all
  std::vector<base::Oid> parameter_types;                   // P
  std::vector<std::int16_t> parameter_formats;              // B: 0 text, 1 binary
  std::vector<std::optional<std::string_view>> parameters;  // B: nullopt is NULL
  std::vector<std::int16_t> result_formats;                 // B
  // E: a Sync has arrived right behind it, so that the session may commit before it answers.
  bool sync_follows = false;
};

// Describes one result column as RowDescription does.
struct ColumnDescription {
  std::string name;
  base::Oid table = 0;
  std::int16_t attribute = 0;
  types::Type type;
  std::int16_t format = 0;
};

// Receives results in protocol order. Implemented by wire, which encodes into the connection's output buffer.
class ResultSink {
 public:
  virtual ~ResultSink() = default;
  virtual void ParseComplete() = 0;
  virtual void BindComplete() = 0;
  virtual void CloseComplete() = 0;
  virtual void NoData() = 0;
  virtual void PortalSuspended() = 0;
  virtual void EmptyQueryResponse() = 0;
  virtual void ParameterDescription(std::span<const base::Oid> types) = 0;
  virtual void RowDescription(std::span<const ColumnDescription> columns) = 0;
  // Sends one row. `values` has one entry for each column; a value of a reg* type may be held as a string,
  // which is then its text form.
  virtual void DataRow(std::span<const types::Value> values, std::span<const ColumnDescription> columns,
                       const types::Settings& settings) = 0;
  virtual void CommandComplete(std::string_view tag) = 0;
  // Begins COPY FROM STDIN (`in`) or COPY TO STDOUT, with as many columns, all text or all binary.
  virtual void CopyResponse(bool in, bool binary, std::size_t columns) = 0;
  virtual void CopyData(std::string_view bytes) = 0;
  virtual void CopyDone() = 0;
  // Sends an ErrorResponse or, for severities below ERROR, a NoticeResponse.
  virtual void Report(const base::Report& report) = 0;
  virtual void ParameterStatus(std::string_view name, std::string_view value) = 0;
  // `status`: 'I' idle, 'T' in a transaction, 'E' in a failed one.
  virtual void ReadyForQuery(char status) = 0;
  // Bytes written into the output buffer and not yet sent.
  virtual std::size_t BufferedBytes() const = 0;
};

enum class StepResult : std::uint8_t {
  kDone,       // the message is handled; give the next one
  kWaiting,    // a claim or commit is under way; call Step again after `resume` has been called
  kNeedPool,   // too long for an event loop: call Step again on a pool thread
  kNeedDrain,  // the output buffer is full: send it, then call Step again on a pool thread
  kClose,      // send what is buffered, then close the connection
};

// Says where Step runs, and so whether it may block.
enum class Place : std::uint8_t { kLoop, kPool };

class Endpoint {
 public:
  virtual ~Endpoint() = default;

  // Handles the startup packet: applies the parameters, reports ParameterStatus for those that PostgreSQL
  // reports, and ends with ReadyForQuery or a FATAL Report (then kClose). AuthenticationOk and BackendKeyData
  // are wire's and have been written before. `parameters` holds the names and values of the packet, `user`
  // and `database` included. May block: wire calls it on a worker.
  virtual StepResult Start(const std::vector<std::pair<std::string, std::string>>& parameters,
                           ResultSink& sink) = 0;

  virtual StepResult Step(const FrontendMessage& message, ResultSink& sink, Place place) = 0;

  // Asks the running statement to end with 57014. Callable from any thread, at any time.
  virtual void Cancel() = 0;
  // Asks the session to end with 57P01 at the next opportunity. Callable from any thread.
  virtual void Shutdown() = 0;
};

// Makes an endpoint for a new connection. `resume` is called, from any thread, once for each kWaiting; it
// must only post. `backend_id` is the process id that BackendKeyData carries.
class EndpointFactory {
 public:
  virtual ~EndpointFactory() = default;
  virtual std::unique_ptr<Endpoint> Make(std::function<void()> resume, std::int32_t backend_id) = 0;
};

}  // namespace ordinal::session
