// What a COPY is in the middle of. Private to the room.
#pragma once

#include <memory>
#include <string>

#include "copy/reader.h"
#include "copy/writer.h"
#include "session/endpoint.h"
#include "session/session.h"
#include "sql/bind/copy.h"

namespace ordinal::session {

struct CopyRun {
  sql::BoundCopy bound;
  Portal inner;  // the SELECT or INSERT that does the work
  std::unique_ptr<copy::Reader> reader;
  copy::Fields fields;
  types::Row row;
};

// Sends the rows of COPY TO. Used for one run of the inner statement.
class CopyOutSink final : public ResultSink {
 public:
  CopyOutSink(copy::Writer& writer, ResultSink& sink) : writer_(writer), sink_(sink) {}

  void DataRow(std::span<const types::Value> values, std::span<const ColumnDescription> columns,
               const types::Settings& settings) override;
  void Report(const base::Report& report) override { sink_.Report(report); }
  std::size_t BufferedBytes() const override { return sink_.BufferedBytes(); }

  // The inner statement announces nothing.
  void ParseComplete() override {}
  void BindComplete() override {}
  void CloseComplete() override {}
  void NoData() override {}
  void PortalSuspended() override {}
  void EmptyQueryResponse() override {}
  void ParameterDescription(std::span<const base::Oid> /*types*/) override {}
  void RowDescription(std::span<const ColumnDescription> /*columns*/) override {}
  void CommandComplete(std::string_view /*tag*/) override {}
  void CopyResponse(bool /*in*/, bool /*binary*/, std::size_t /*columns*/) override {}
  void CopyData(std::string_view /*bytes*/) override {}
  void CopyDone() override {}
  void ParameterStatus(std::string_view /*name*/, std::string_view /*value*/) override {}
  void ReadyForQuery(char /*status*/) override {}

 private:
  copy::Writer& writer_;
  ResultSink& sink_;
  std::string bytes_;  // buffers
  std::string value_;
};

}  // namespace ordinal::session
