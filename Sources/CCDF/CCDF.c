#include "CCDF.h"
