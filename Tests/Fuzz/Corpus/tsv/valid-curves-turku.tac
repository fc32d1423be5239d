start[minutes] end[kBq/mL] Putamen Cerebellum
0 1 1 2
1 3 . 3
3 8 4 0.5
# isotope := C-11
