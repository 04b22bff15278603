/* A gradient step in hand-vectorised C: how fast a machine can be.

   Eight runs are the lanes of a vector, and all steps of a block of eight runs are taken before
   those of the next block.  Unlike the kernels of the library, this lets the compiler fuse products
   and sums, and it does not look for divergence.  It must not be compiled with -ffast-math, which
   would fold (y + shift) - shift to y.  All sizes are known when it is compiled:

       WIDTH     d, of all layers but the last, and the number of features
       DEPTH     L
       SAMPLES   n (perceptrons only)
       BLOCKS    of eight runs
       STEPS     of gradient descent
       GELU      defined for perceptrons with GELU, else a linear network

   The program prints the microseconds that a step of one run takes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef double lanes __attribute__((vector_size(64)));
typedef long whole __attribute__((vector_size(64)));

enum { MATRIX = WIDTH * WIDTH, SIZE = (DEPTH - 1) * MATRIX + WIDTH, LAST = SIZE - WIDTH };

static lanes weights[BLOCKS][SIZE];
static const double rate = 1e-9;

static double between(double low, double high) {
    return low + (high - low) * rand() / RAND_MAX;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

#ifndef GELU

static double covariance[WIDTH][WIDTH], solution[WIDTH];

static void prepare(void) {
    for (int i = 0; i < WIDTH; i++) {
        solution[i] = 0.4;
        for (int j = 0; j < WIDTH; j++) covariance[i][j] = (i == j) + 0.1;
    }
}

/* u_{k-1} = W_k^T u_k backwards, v_{k+1} = W_k v_k forwards, W_k <- W_k - u_k v_k^T. */
static void step(lanes *W) {
    lanes u[DEPTH][WIDTH], v[WIDTH], product[WIDTH];
    for (int j = 0; j < WIDTH; j++) u[DEPTH - 1][j] = W[LAST + j];
    for (int k = DEPTH - 2; k >= 0; k--)
        for (int j = 0; j < WIDTH; j++) {
            lanes sum = {0};
            for (int i = 0; i < WIDTH; i++) sum += W[k * MATRIX + i * WIDTH + j] * u[k + 1][i];
            u[k][j] = sum;
        }
    for (int i = 0; i < WIDTH; i++) {
        lanes sum = {0};
        for (int j = 0; j < WIDTH; j++) sum += 2 * covariance[i][j] * (u[0][j] - solution[j]);
        v[i] = rate * sum;
    }
    for (int k = 0; k < DEPTH - 1; k++) {
        for (int i = 0; i < WIDTH; i++) {
            lanes sum = {0};
            for (int j = 0; j < WIDTH; j++) {
                sum += W[k * MATRIX + i * WIDTH + j] * v[j];
                W[k * MATRIX + i * WIDTH + j] -= u[k + 1][i] * v[j];
            }
            product[i] = sum;
        }
        memcpy(v, product, sizeof v);
    }
    for (int j = 0; j < WIDTH; j++) W[LAST + j] -= v[j];
}

#else

enum { TERMS = 14 };
static double inputs[SAMPLES][WIDTH], targets[SAMPLES], coefficients[TERMS];
static const double scale = 1.5957691216057308, cubic = 0.044715; /* 2 sqrt(2 / pi) */
static lanes gradient[SIZE];

static void prepare(void) {
    double factorial = 1;
    for (int power = 0; power < TERMS; power++) {
        if (power > 0) factorial *= power;
        coefficients[TERMS - 1 - power] = pow(log(2), power) / factorial;
    }
    for (int sample = 0; sample < SAMPLES; sample++) {
        targets[sample] = between(0, 1);
        for (int j = 0; j < WIDTH; j++) inputs[sample][j] = between(-0.5, 0.5);
    }
}

/* 2^y: the whole part of y goes to the exponent, the rest through a polynomial. */
static lanes power_of_two(lanes y) {
    const double shift = 1.5 * 4503599627370496.0;
    lanes integer = (y + shift) - shift, rest = y - integer, sum = rest * 0 + coefficients[0];
    for (int term = 1; term < TERMS; term++) sum = sum * rest + coefficients[term];
    whole exponent = (__builtin_convertvector(integer, whole) + 1023) << 52;
    return sum * (lanes)exponent;
}

static void step(lanes *W) {
    memset(gradient, 0, sizeof gradient);
    for (int sample = 0; sample < SAMPLES; sample++) {
        lanes h[DEPTH][WIDTH], slope[DEPTH][WIDTH], delta[WIDTH], before[WIDTH];
        for (int j = 0; j < WIDTH; j++) h[0][j] = (lanes){0} + inputs[sample][j];
        for (int k = 0; k < DEPTH - 1; k++)
            for (int i = 0; i < WIDTH; i++) {
                lanes z = {0};
                for (int j = 0; j < WIDTH; j++) z += W[k * MATRIX + i * WIDTH + j] * h[k][j];
                lanes square = z * z;
                lanes logistic =
                    1.0 / (1.0 + power_of_two(-scale / log(2) * z * (1.0 + cubic * square)));
                h[k + 1][i] = z * logistic;
                slope[k + 1][i] =
                    logistic + h[k + 1][i] * (1.0 - logistic) * scale * (1.0 + 3 * cubic * square);
            }
        lanes residual = (lanes){0} - targets[sample];
        for (int j = 0; j < WIDTH; j++) residual += W[LAST + j] * h[DEPTH - 1][j];
        residual *= 2.0 / SAMPLES;
        for (int j = 0; j < WIDTH; j++) {
            gradient[LAST + j] += residual * h[DEPTH - 1][j];
            delta[j] = residual * W[LAST + j] * slope[DEPTH - 1][j];
        }
        for (int k = DEPTH - 2; k >= 0; k--) {
            for (int i = 0; i < WIDTH; i++)
                for (int j = 0; j < WIDTH; j++)
                    gradient[k * MATRIX + i * WIDTH + j] += delta[i] * h[k][j];
            if (k == 0) continue;
            for (int j = 0; j < WIDTH; j++) {
                lanes sum = {0};
                for (int i = 0; i < WIDTH; i++) sum += W[k * MATRIX + i * WIDTH + j] * delta[i];
                before[j] = sum * slope[k][j];
            }
            memcpy(delta, before, sizeof delta);
        }
    }
    for (int entry = 0; entry < SIZE; entry++) W[entry] -= rate * gradient[entry];
}

#endif

int main(void) {
    srand(1);
    prepare();
    for (int block = 0; block < BLOCKS; block++)
        for (int entry = 0; entry < SIZE; entry++)
            for (int lane = 0; lane < 8; lane++) weights[block][entry][lane] = between(-0.4, 0.4);
    double begin = seconds();
    for (int block = 0; block < BLOCKS; block++)
        for (int number = 0; number < STEPS; number++) step(weights[block]);
    double taken = seconds() - begin, sum = 0;
    for (int entry = 0; entry < SIZE; entry++) sum += weights[0][entry][0];
    if (!isfinite(sum)) return 1;
    printf("%.9g\n", 1e6 * taken / STEPS / (8.0 * BLOCKS));
    return 0;
}
