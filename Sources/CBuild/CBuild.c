#include "CBuild.h"

#include <gnu/libc-version.h>
#include <isa-l.h>
#include <libdeflate.h>
#include <openssl/opensslv.h>
#include <stdio.h>
#include <yaml.h>
#include <zlib.h>

#ifndef CBUILD_COMMIT
#define CBUILD_COMMIT ""
#endif

const char *cbuild_commit(void) { return CBUILD_COMMIT; }

const char *cbuild_runtime(void) { return gnu_get_libc_version(); }

const char *cbuild_parts(void) {
  static char text[256];
  snprintf(
      text, sizeof text, "zlib %s, libdeflate %s, ISA-L %d.%d.%d, libyaml %s, OpenSSL %s", ZLIB_VERSION,
      LIBDEFLATE_VERSION_STRING, ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION, yaml_get_version_string(),
      OPENSSL_VERSION_STR);
  return text;
}
