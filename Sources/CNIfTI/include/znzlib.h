// Debian keeps znzlib.h beside nifti2_io.h, which looks for it on the include path.
#include <nifti/znzlib.h>
