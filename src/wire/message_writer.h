// Encodes backend messages into the output buffer of a connection.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "session/endpoint.h"

namespace ordinal::wire {

// Appends messages to one buffer, which the connection sends and empties. Used by one thread at a time: the
// one that is inside the endpoint.
class MessageWriter final : public session::ResultSink {
 public:
  void ParseComplete() override { Empty('1'); }
  void BindComplete() override { Empty('2'); }
  void CloseComplete() override { Empty('3'); }
  void NoData() override { Empty('n'); }
  void PortalSuspended() override { Empty('s'); }
  void EmptyQueryResponse() override { Empty('I'); }
  void ParameterDescription(std::span<const base::Oid> types) override;
  void RowDescription(std::span<const session::ColumnDescription> columns) override;
  // An error while a value is encoded leaves no trace of the row in the buffer.
  void DataRow(std::span<const types::Value> values, std::span<const session::ColumnDescription> columns,
               const types::Settings& settings) override;
  void CommandComplete(std::string_view tag) override;
  void CopyResponse(bool in, bool binary, std::size_t columns) override;
  void CopyData(std::string_view bytes) override;
  void CopyDone() override { Empty('c'); }
  void Report(const base::Report& report) override;
  void ParameterStatus(std::string_view name, std::string_view value) override;
  void ReadyForQuery(char status) override;
  std::size_t BufferedBytes() const override { return buffer_.size() - sent_; }

  void AuthenticationOk();
  void AuthenticationCleartextPassword();
  void AuthenticationSasl(std::span<const std::string_view> mechanisms);
  void AuthenticationSaslContinue(std::string_view data);
  void AuthenticationSaslFinal(std::string_view data);
  void BackendKeyData(std::int32_t backend_id, std::int32_t secret);
  void NegotiateProtocolVersion(std::int32_t version, std::span<const std::string> unknown_options);
  // Answers a request for encryption with "no".
  void RefuseEncryption() { buffer_.push_back('N'); }
  // Answers it with "yes": the handshake of TLS follows.
  void AcceptEncryption() { buffer_.push_back('S'); }

  // What is to be sent.
  std::string_view pending() const { return std::string_view(buffer_).substr(sent_); }
  // Drops `count` bytes off the front of pending().
  void MarkSent(std::size_t count);

 private:
  void Empty(char type);
  std::size_t BeginAuthentication(std::int32_t code);
  std::size_t Begin(char type);
  void End(std::size_t begin);
  void String(std::string_view text);
  void Field(char code, std::string_view text);
  void PatchLength(std::size_t at, std::size_t length);
  void AppendRow(std::span<const types::Value> values, std::span<const session::ColumnDescription> columns,
                 const types::Settings& settings);

  std::string buffer_;
  std::size_t sent_ = 0;  // bytes of buffer_ that are gone
};

}  // namespace ordinal::wire
