// A table of contents without entries in place of ICU's data, which are most of what the static Foundation adds: locales, calendars
// and converters of text, none of which the program asks for. The form is that of ICU's own empty data library (stubdata).
#include <stdint.h>

typedef struct {
  uint16_t header_size;
  uint8_t magic[2];
  uint16_t info_size, reserved;
  uint8_t is_big_endian, charset_family, size_of_char, reserved_byte;
  uint8_t format[4], format_version[4], data_version[4];
  uint8_t padding[8];
  uint32_t count, reserved_count;
  int32_t entries[4];
} contents;

__attribute__((aligned(16))) const contents ICU_ENTRY = {
    32, {0xda, 0x27}, 20, 0, 0, 0, 2, 0, {'T', 'o', 'C', 'P'}, {1, 0, 0, 0}, {0, 0, 0, 0}, {0}, 0, 0, {0},
};
