#include "wire/message_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"

namespace ordinal::wire {
namespace {

using ::testing::ElementsAre;

// Builds message bodies.
class Body {
 public:
  Body& Text(std::string_view text) {
    bytes_.append(text).push_back('\0');
    return *this;
  }
  Body& Raw(std::string_view text) {
    bytes_.append(text);
    return *this;
  }
  Body& Int16(std::int16_t value) {
    base::AppendBigEndian(bytes_, value);
    return *this;
  }
  Body& Int32(std::int32_t value) {
    base::AppendBigEndian(bytes_, value);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

session::FrontendMessage Decode(char type, const Body& body) {
  session::FrontendMessage message;
  DecodeMessage(Frame{.type = type, .body = body.bytes(), .size = 0}, message);
  return message;
}

std::string Complaint(char type, std::string_view body) {
  session::FrontendMessage message;
  try {
    DecodeMessage(Frame{.type = type, .body = body, .size = 0}, message);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kProtocolViolation);
    EXPECT_EQ(error.report().severity, base::Severity::kFatal);
    return error.report().message;
  }
  return "";
}

TEST(MessageDecoder, ReadsQueryAndParse) {
  const Body query = Body().Text("SELECT 1");
  EXPECT_EQ(Decode('Q', query).text, "SELECT 1");
  const Body body = Body().Text("s1").Text("SELECT $1").Int16(2).Int32(23).Int32(0);
  const auto parse = Decode('P', body);
  EXPECT_EQ(parse.type, 'P');
  EXPECT_EQ(parse.statement, "s1");
  EXPECT_EQ(parse.text, "SELECT $1");
  EXPECT_THAT(parse.parameter_types, ElementsAre(23u, 0u));
}

TEST(MessageDecoder, ReadsBind) {
  const Body body = Body()
                        .Text("p")
                        .Text("s")
                        .Int16(1)
                        .Int16(1)
                        .Int16(3)
                        .Int32(-1)
                        .Int32(0)
                        .Int32(2)
                        .Raw(std::string("\0x", 2))
                        .Int16(2)
                        .Int16(0)
                        .Int16(1);
  const auto bind = Decode('B', body);
  EXPECT_EQ(bind.portal, "p");
  EXPECT_EQ(bind.statement, "s");
  EXPECT_THAT(bind.parameter_formats, ElementsAre(1));
  EXPECT_THAT(bind.parameters, ElementsAre(std::nullopt, std::string_view(""), std::string_view("\0x", 2)));
  EXPECT_THAT(bind.result_formats, ElementsAre(0, 1));
}

TEST(MessageDecoder, ReadsTheOthers) {
  const Body execute_body = Body().Text("p").Int32(7);
  const auto execute = Decode('E', execute_body);
  EXPECT_EQ(execute.portal, "p");
  EXPECT_EQ(execute.row_limit, 7);
  const Body describe_body = Body().Raw("S").Text("name");
  const auto describe = Decode('D', describe_body);
  EXPECT_EQ(describe.target, 'S');
  EXPECT_EQ(describe.text, "name");
  const Body close_body = Body().Raw("P").Text("");
  EXPECT_EQ(Decode('C', close_body).target, 'P');
  const Body data = Body().Raw(std::string("a\0b", 3));
  EXPECT_EQ(Decode('d', data).text, std::string_view("a\0b", 3));
  EXPECT_EQ(Decode('S', Body()).type, 'S');
}

TEST(MessageDecoder, ForgetsTheMessageBefore) {
  session::FrontendMessage message;
  const Body bind = Body().Text("p").Text("s").Int16(0).Int16(1).Int32(1).Raw("x").Int16(1).Int16(1);
  DecodeMessage(Frame{.type = 'B', .body = bind.bytes(), .size = 0}, message);
  DecodeMessage(Frame{.type = 'S', .body = "", .size = 0}, message);
  EXPECT_EQ(message.portal, "");
  EXPECT_TRUE(message.parameters.empty());
  EXPECT_TRUE(message.result_formats.empty());
}

TEST(MessageDecoder, ComplainsAsPostgresqlDoes) {
  EXPECT_EQ(Complaint('Q', "SELECT 1"), "invalid string in message");
  EXPECT_EQ(Complaint('Q', std::string_view("a\0b\0", 4)), "invalid message format");
  EXPECT_EQ(Complaint('S', "x"), "invalid message format");
  EXPECT_EQ(Complaint('H', "x"), "invalid message format");
  EXPECT_EQ(Complaint('D', ""), "no data left in message");
  EXPECT_EQ(Complaint('D', std::string_view("X\0", 2)), "invalid DESCRIBE message subtype 88");
  EXPECT_EQ(Complaint('C', std::string_view("\xff\0", 2)), "invalid CLOSE message subtype 255");
  EXPECT_EQ(Complaint('E', std::string_view("p\0\0\0\0", 5)), "insufficient data left in message");
  EXPECT_EQ(Complaint('P', Body().Text("").Text("q").Int16(-1).Int32(1).bytes()),
            "insufficient data left in message");
}

TEST(MessageDecoder, ComplainsAboutImpossibleParameters) {
  const Body head = Body().Text("").Text("").Int16(0).Int16(1);
  EXPECT_EQ(Complaint('B', Body(head).Int32(-2).Int16(0).bytes()), "insufficient data left in message");
  EXPECT_EQ(Complaint('B', Body(head).Int32(100).Raw("x").bytes()), "insufficient data left in message");
  EXPECT_EQ(Complaint('B', Body(head).Int32(0x7fffffff).bytes()), "insufficient data left in message");
  EXPECT_EQ(Complaint('B', Body(head).Int32(1).Raw("x").Int16(0).Raw("y").bytes()), "invalid message format");
}

// Every prefix of a correct message must be refused, whatever it is cut off in.
TEST(MessageDecoder, RefusesEveryTruncation) {
  const std::string bind =
      Body().Text("p").Text("s").Int16(1).Int16(1).Int16(1).Int32(1).Raw("x").Int16(1).Int16(1).bytes();
  for (std::size_t size = 0; size < bind.size(); ++size)
    EXPECT_NE(Complaint('B', bind.substr(0, size)), "") << size;
  EXPECT_EQ(Complaint('B', bind), "");
  const std::string parse = Body().Text("s").Text("q").Int16(1).Int32(23).bytes();
  for (std::size_t size = 0; size < parse.size(); ++size)
    EXPECT_NE(Complaint('P', parse.substr(0, size)), "") << size;
}

}  // namespace
}  // namespace ordinal::wire
