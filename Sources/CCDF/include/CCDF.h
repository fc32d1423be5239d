#pragma once
// Debian's nifticdf.h pulls in the image reader's header; the cumulative distributions we use are declared here
// with the signatures of libnifticdf (CDFLIB).
void cdft(const int *which, double *p, double *q, double *t, double *df, int *status, double *bound);
void cdfnor(int *which, double *p, double *q, double *x, double *mean, double *sd, int *status, double *bound);
void cdff(
    const int *which, double *p, double *q, double *f, double *dfn, double *dfd, int *status, double *bound);
void cdfgam(
    const int *which, double *p, double *q, double *x, double *shape, double *scale, int *status, double *bound);
