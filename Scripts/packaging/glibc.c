// What the packaged program would need of C libraries newer than 2.34, in forms that those before have too.
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>

// The same numbers under the older name of the symbol.
double older_hypot(double x, double y);
float older_hypotf(float x, float y);
#if defined(__x86_64__)
__asm__(".symver older_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.2.5");
#elif defined(__aarch64__)
__asm__(".symver older_hypot, hypot@GLIBC_2.17");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.17");
#endif
double hypot(double x, double y) { return older_hypot(x, y); }
float hypotf(float x, float y) { return older_hypotf(x, y); }

// Where the unwinder finds the frames of a place in the code (glibc 2.35, bits/dl_find_object.h), by the older way.
struct found {
  unsigned long long flags;
  void *map_start, *map_end;
  struct link_map *link_map;
  void *eh_frame;
  unsigned long long reserved[7];
};

struct search {
  uintptr_t place;
  struct found *found;
};

static int look(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  struct search *search = data;
  uintptr_t first = UINTPTR_MAX, last = 0;
  void *frames = NULL;
  int holds = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + part->p_vaddr, end = start + part->p_memsz;
    if (part->p_type == PT_LOAD) {
      if (start < first) first = start;
      if (end > last) last = end;
      holds |= search->place >= start && search->place < end;
    } else if (part->p_type == PT_GNU_EH_FRAME) {
      frames = (void *)start;
    }
  }
  if (!holds || frames == NULL) return 0;
  search->found->flags = 0;
  search->found->map_start = (void *)first;
  search->found->map_end = (void *)last;
  search->found->link_map = NULL;
  search->found->eh_frame = frames;
  return 1;
}

// Headers of newer libraries declare the function with a type of theirs: ours has its symbol alone.
int find_object(void *place, struct found *found) __asm__("_dl_find_object");
int find_object(void *place, struct found *found) {
  struct search search = {(uintptr_t)place, found};
  return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
