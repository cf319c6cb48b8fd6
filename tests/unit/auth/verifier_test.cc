#include "auth/verifier.h"

#include <gtest/gtest.h>

#include "auth/crypto.h"
#include "base/error.h"

namespace ordinal::auth {
namespace {

// The example of RFC 7677, section 3.
TEST(Verifier, AgreesWithTheRfc) {
  const std::string salt = *FromBase64("W22ZaJ0SNY7soEsUEjb6gQ==");
  const Verifier verifier = MakeVerifier("pencil", salt, 4096);
  const std::string authenticated =
      "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  EXPECT_EQ(Base64(HmacSha256(verifier.server_key, authenticated)),
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Verifier, ReadsWhatItWrites) {
  base::SystemRandom random;
  const Verifier verifier = MakeVerifier("secret", random);
  const auto read = ParseVerifier(FormatVerifier(verifier));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->iterations, kScramIterations);
  EXPECT_EQ(read->salt, verifier.salt);
  EXPECT_EQ(read->stored_key, verifier.stored_key);
  EXPECT_EQ(read->server_key, verifier.server_key);
  EXPECT_TRUE(Fits("secret", *read));
  EXPECT_FALSE(Fits("Secret", *read));
}

TEST(Verifier, RefusesOtherTexts) {
  const std::string key = Base64(std::string(32, 'k'));
  const std::string salt = Base64(std::string(16, 's'));
  EXPECT_TRUE(ParseVerifier("SCRAM-SHA-256$4096:" + salt + "$" + key + ":" + key));
  for (const std::string& text :
       {std::string("secret"), "SCRAM-SHA-256$" + salt + "$" + key + ":" + key,
        "SCRAM-SHA-256$x:" + salt + "$" + key + ":" + key, "SCRAM-SHA-256$0:" + salt + "$" + key + ":" + key,
        "SCRAM-SHA-256$4096:$" + key + ":" + key, "SCRAM-SHA-256$4096:" + salt + "$" + key,
        "SCRAM-SHA-256$4096:" + salt + "$" + key + ":" + salt,
        "SCRAM-SHA-256$4096:" + salt + "$!" + key.substr(1) + ":" + key}) {
    EXPECT_FALSE(ParseVerifier(text)) << text;
  }
}

TEST(Verifier, StoresPasswordsAndKeepsVerifiers) {
  base::SystemRandom random;
  const std::string stored = StoredPassword("secret", random);
  EXPECT_EQ(StoredPassword(stored, random), stored);
  EXPECT_NE(StoredPassword("secret", random), stored);
  try {
    StoredPassword("md50123456789abcdef0123456789abcdef", random);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kFeatureNotSupported);
  }
}

TEST(Crypto, Base64) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("a"), "YQ==");
  EXPECT_EQ(FromBase64("YQ=="), "a");
  EXPECT_EQ(FromBase64("YWI="), "ab");
  EXPECT_EQ(FromBase64("YWJj"), "abc");
  EXPECT_EQ(FromBase64("YWJ"), std::nullopt);
  EXPECT_EQ(FromBase64("YW J"), std::nullopt);
  EXPECT_EQ(FromBase64("Y==="), std::nullopt);
  EXPECT_EQ(FromBase64("=YQ="), std::nullopt);
}

}  // namespace
}  // namespace ordinal::auth
