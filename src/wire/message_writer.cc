#include "wire/message_writer.h"

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "types/binary_codec.h"
#include "types/text_codec.h"
#include "wire/limits.h"

namespace ordinal::wire {
namespace {

using base::AppendBigEndian;
using types::TypeId;
using types::Value;

constexpr std::int16_t kBinaryFormat = 1;

bool IsHeldAsString(const Value& value) {
  return value.kind() == Value::Kind::kShortString || value.kind() == Value::Kind::kLongString;
}

bool IsNumbered(TypeId id) {
  return id == TypeId::kInt8 || id == TypeId::kInt4 || id == TypeId::kInt2 || id == TypeId::kOid;
}

void AppendDecimal(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void AppendBinaryInt(std::string& out, std::int64_t number, TypeId id) {
  if (id == TypeId::kInt8) {
    AppendBigEndian(out, number);
  } else if (id == TypeId::kInt2) {
    AppendBigEndian(out, static_cast<std::int16_t>(number));
  } else {
    AppendBigEndian(out, static_cast<std::int32_t>(number));
  }
}

void AppendValue(std::string& out, const Value& value, const session::ColumnDescription& column,
                 const types::Settings& settings) {
  const TypeId id = column.type.id;
  const bool binary = column.format == kBinaryFormat;
  if (IsNumbered(id)) {
    binary ? AppendBinaryInt(out, value.AsInt(), id) : AppendDecimal(out, value.AsInt());
  } else if (types::IsObjectName(id) && IsHeldAsString(value)) {
    out.append(value.AsString());
  } else if (binary) {
    types::AppendBinary(out, value, id);
  } else {
    types::AppendText(out, value, id, settings);
  }
}

}  // namespace

void MessageWriter::Empty(char type) {
  buffer_.push_back(type);
  AppendBigEndian(buffer_, std::int32_t{4});
}

std::size_t MessageWriter::Begin(char type) {
  buffer_.push_back(type);
  const std::size_t begin = buffer_.size();
  buffer_.append(4, '\0');
  return begin;
}

void MessageWriter::End(std::size_t begin) { PatchLength(begin, buffer_.size() - begin); }

void MessageWriter::PatchLength(std::size_t at, std::size_t length) {
  const auto swapped = base::ToBigEndian(static_cast<std::uint32_t>(length));
  std::memcpy(buffer_.data() + at, &swapped, sizeof swapped);
}

void MessageWriter::String(std::string_view text) {
  // A NUL would end the string early for the client, so that it is left out.
  const std::size_t begin = buffer_.size();
  buffer_.append(text);
  buffer_.erase(std::remove(buffer_.begin() + static_cast<std::ptrdiff_t>(begin), buffer_.end(), '\0'),
                buffer_.end());
  buffer_.push_back('\0');
}

void MessageWriter::Field(char code, std::string_view text) {
  if (text.empty()) return;
  buffer_.push_back(code);
  String(text);
}

void MessageWriter::ParameterDescription(std::span<const base::Oid> types) {
  const std::size_t begin = Begin('t');
  AppendBigEndian(buffer_, static_cast<std::uint16_t>(types.size()));
  for (const base::Oid type : types) AppendBigEndian(buffer_, type);
  End(begin);
}

void MessageWriter::RowDescription(std::span<const session::ColumnDescription> columns) {
  const std::size_t begin = Begin('T');
  AppendBigEndian(buffer_, static_cast<std::uint16_t>(columns.size()));
  for (const session::ColumnDescription& column : columns) {
    String(column.name);
    AppendBigEndian(buffer_, column.table);
    AppendBigEndian(buffer_, column.attribute);
    AppendBigEndian(buffer_, static_cast<std::uint32_t>(types::ClientOid(column.type)));
    AppendBigEndian(buffer_, types::InfoOf(column.type.id).length);
    AppendBigEndian(buffer_, column.type.modifier);
    AppendBigEndian(buffer_, column.format);
  }
  End(begin);
}

void MessageWriter::DataRow(std::span<const Value> values,
                            std::span<const session::ColumnDescription> columns,
                            const types::Settings& settings) {
  const std::size_t before = buffer_.size();
  try {
    AppendRow(values, columns, settings);
  } catch (...) {
    buffer_.resize(before);
    throw;
  }
}

void MessageWriter::AppendRow(std::span<const Value> values,
                              std::span<const session::ColumnDescription> columns,
                              const types::Settings& settings) {
  const std::size_t begin = Begin('D');
  AppendBigEndian(buffer_, static_cast<std::uint16_t>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].is_null()) {
      AppendBigEndian(buffer_, std::int32_t{-1});
      continue;
    }
    const std::size_t length_at = buffer_.size();
    buffer_.append(4, '\0');
    AppendValue(buffer_, values[i], columns[i], settings);
    PatchLength(length_at, buffer_.size() - length_at - 4);
  }
  End(begin);
}

void MessageWriter::CommandComplete(std::string_view tag) {
  const std::size_t begin = Begin('C');
  String(tag);
  End(begin);
}

void MessageWriter::CopyResponse(bool in, bool binary, std::size_t columns) {
  const std::size_t begin = Begin(in ? 'G' : 'H');
  const std::int16_t format = binary ? kBinaryFormat : 0;
  buffer_.push_back(static_cast<char>(format));
  AppendBigEndian(buffer_, static_cast<std::uint16_t>(columns));
  for (std::size_t i = 0; i < columns; ++i) AppendBigEndian(buffer_, format);
  End(begin);
}

void MessageWriter::CopyData(std::string_view bytes) {
  const std::size_t begin = Begin('d');
  buffer_.append(bytes);
  End(begin);
}

void MessageWriter::Report(const base::Report& report) {
  const std::size_t begin = Begin(report.severity >= base::Severity::kError ? 'E' : 'N');
  const std::string_view severity = base::SeverityName(report.severity);
  Field('S', severity);
  Field('V', severity);
  Field('C', report.sqlstate.view());
  // The message is there even when it is empty.
  buffer_.push_back('M');
  String(report.message);
  Field('D', report.detail);
  Field('H', report.hint);
  if (report.position > 0) {
    buffer_.push_back('P');
    AppendDecimal(buffer_, report.position);
    buffer_.push_back('\0');
  }
  Field('W', report.context);
  Field('s', report.schema_name);
  Field('t', report.table_name);
  Field('c', report.column_name);
  Field('d', report.data_type_name);
  Field('n', report.constraint_name);
  buffer_.push_back('\0');
  End(begin);
}

void MessageWriter::ParameterStatus(std::string_view name, std::string_view value) {
  const std::size_t begin = Begin('S');
  String(name);
  String(value);
  End(begin);
}

void MessageWriter::ReadyForQuery(char status) {
  buffer_.push_back('Z');
  AppendBigEndian(buffer_, std::int32_t{5});
  buffer_.push_back(status);
}

std::size_t MessageWriter::BeginAuthentication(std::int32_t code) {
  const std::size_t begin = Begin('R');
  AppendBigEndian(buffer_, code);
  return begin;
}

void MessageWriter::AuthenticationOk() { End(BeginAuthentication(0)); }

void MessageWriter::AuthenticationCleartextPassword() { End(BeginAuthentication(3)); }

void MessageWriter::AuthenticationSasl(std::span<const std::string_view> mechanisms) {
  const std::size_t begin = BeginAuthentication(10);
  for (const std::string_view mechanism : mechanisms) String(mechanism);
  buffer_.push_back('\0');
  End(begin);
}

void MessageWriter::AuthenticationSaslContinue(std::string_view data) {
  const std::size_t begin = BeginAuthentication(11);
  buffer_ += data;
  End(begin);
}

void MessageWriter::AuthenticationSaslFinal(std::string_view data) {
  const std::size_t begin = BeginAuthentication(12);
  buffer_ += data;
  End(begin);
}

void MessageWriter::BackendKeyData(std::int32_t backend_id, std::int32_t secret) {
  buffer_.push_back('K');
  AppendBigEndian(buffer_, std::int32_t{12});
  AppendBigEndian(buffer_, backend_id);
  AppendBigEndian(buffer_, secret);
}

void MessageWriter::NegotiateProtocolVersion(std::int32_t version,
                                             std::span<const std::string> unknown_options) {
  const std::size_t begin = Begin('v');
  AppendBigEndian(buffer_, version);
  AppendBigEndian(buffer_, static_cast<std::int32_t>(unknown_options.size()));
  for (const std::string& option : unknown_options) String(option);
  End(begin);
}

void MessageWriter::MarkSent(std::size_t count) {
  sent_ += count;
  if (sent_ < buffer_.size()) return;
  sent_ = 0;
  buffer_.clear();
  if (buffer_.capacity() > kOutputBytesKept) buffer_.shrink_to_fit();
}

}  // namespace ordinal::wire
