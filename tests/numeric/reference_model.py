# mypy: ignore-errors
# type: ignore
# ruff: noqa
# fmt: off
"""Reference model of the arithmetic of Microsoft BASIC-80 5.21 (MBASIC, CP/M).

Numbers are held as the integers that their stored bytes spell (little endian):
  single: 32 bits  EEEEEEEE S MMMMMMMMMMMMMMMMMMMMMMM
  double: 64 bits  EEEEEEEE S MMM... (55 stored mantissa bits)
  value = (-1)^S * 0.1MMM...b * 2^(E-128); E = 0 means zero, whatever S and M hold.
Integers are plain Python ints in -32768..32767.

Clarity over speed.  "L" is the left operand, "R" the right one.
Messages ("Overflow", "Division by zero") are appended to Math.msgs; operations go on
with the substitute value as the original does while no ON ERROR GOTO is active.
"""

OVF, DIV0 = "Overflow", "Division by zero"


class BasicError(Exception):
    """An error that stops the program (or goes to its ON ERROR handler)."""


class Hang(Exception):
    """EXP with 127 <= x*log2(e) < 128: the original corrupts its stack."""


# ---------------------------------------------------------------- bit access
S_MAX, S_NEGMAX = 0xFF7FFFFF, 0xFFFFFFFF
D_MAX, D_NEGMAX = 0xFF7FFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF


def s_exp(x): return x >> 24
def s_sign(x): return x >> 23 & 1
def s_man(x): return x & 0x7FFFFF | 0x800000
def s_pack(e, s, m): return e << 24 | s << 23 | m & 0x7FFFFF
def s_neg(x): return x ^ 0x800000           # the original flips the bit even of a zero


def d_exp(x): return x >> 56
def d_sign(x): return x >> 55 & 1
def d_man(x): return x & (1 << 55) - 1 | 1 << 55
def d_pack(e, s, m): return e << 56 | s << 55 | m & (1 << 55) - 1
def d_neg(x): return x ^ 1 << 55


def s_bytes(x): return x.to_bytes(4, "little")
def d_bytes(x): return x.to_bytes(8, "little")
def s_from(b): return int.from_bytes(b, "little")
d_from = s_from


def s_val(x):
    """Exact value as (numerator, power of two)."""
    from fractions import Fraction
    if not s_exp(x):
        return Fraction(0)
    return Fraction((-1) ** s_sign(x) * s_man(x)) * Fraction(2) ** (s_exp(x) - 152)


def d_val(x):
    from fractions import Fraction
    if not d_exp(x):
        return Fraction(0)
    return Fraction((-1) ** d_sign(x) * d_man(x)) * Fraction(2) ** (d_exp(x) - 184)


class Math:
    def __init__(self):
        self.msgs = []
        self.once = 0          # 0: every message; 1: the next only; 2: none
        # RND state
        self.seed = 0x804FC752
        self.c0 = self.c1 = self.c2 = 0

    def warn(self, text):
        if self.once == 2:
            return
        if self.once == 1:
            self.once = 2
        self.msgs.append(text)

    # ------------------------------------------------------------ single: helpers
    def s_over(self, sign):
        self.warn(OVF)
        return S_NEGMAX if sign else S_MAX

    def s_round(self, e, sign, m32):
        """m32: 24 mantissa bits and 8 guard bits, normalised; round half up on guard bit 7."""
        m = m32 >> 8
        if m32 & 0x80:
            m += 1
            if m >> 24:
                m >>= 1
                e += 1
                if e == 256:
                    return self.s_over(sign)
        return s_pack(e, sign, m)

    def s_norm(self, e, sign, m32, left):
        """Normalise a 32-bit mantissa; `left` = bytes that stay in the accumulator when the
        result is flushed to zero."""
        if m32 == 0:
            return left & 0xFFFFFF
        n = 32 - m32.bit_length()
        e -= n
        if e <= 0:
            return left & 0xFFFFFF
        return self.s_round(e, sign, m32 << n)

    # ------------------------------------------------------------ single + - * /
    def s_add(self, L, R):
        if not s_exp(L):
            return R
        if not s_exp(R):
            return L
        big, small = R, L
        if s_exp(R) < s_exp(L):
            big, small = L, R
        d = s_exp(big) - s_exp(small)
        if d >= 25:
            return big
        e, sign = s_exp(big), s_sign(big)
        aligned = (s_man(small) << 8) >> d        # 8 guard bits, the rest is cut off
        if sign == s_sign(small):
            t = (s_man(big) << 8) + aligned
            if t >> 32:
                t >>= 1
                e += 1
                if e == 256:
                    return self.s_over(sign)
            return self.s_round(e, sign, t)
        t = (s_man(big) << 8) - aligned
        if t < 0:
            t, sign = -t, sign ^ 1
        return self.s_norm(e, sign, t, big | 0x800000)

    def s_sub(self, L, R):
        return self.s_add(L, s_neg(R))

    def muldiv_exp(self, L, R_exp):
        """Common exponent step of * and /: returns exponent, 0 (underflow) or None (overflow)."""
        t = L + R_exp
        if t < 128:
            return 0
        if t >= 384:
            return None
        return t - 128

    def s_mul(self, L, R):
        if not s_exp(R):
            return R
        if not s_exp(L):
            return R & 0xFFFFFF
        sign = s_sign(L) ^ s_sign(R)
        e = self.muldiv_exp(s_exp(L), s_exp(R))
        if e is None:
            return self.s_over(sign)
        if e == 0:
            return R & 0xFFFFFF
        p = s_man(L) * s_man(R) >> 16
        return self.s_norm(e, sign, p, R | 0x800000)

    def s_div(self, L, R):
        if not s_exp(R):
            self.warn(DIV0)
            return S_NEGMAX if s_sign(L) else S_MAX
        if not s_exp(L):
            return R & 0xFFFFFF
        sign = s_sign(L) ^ s_sign(R)
        e = self.muldiv_exp(s_exp(L), 255 - s_exp(R))
        if e is None:
            return self.s_over(sign)
        if e == 0:
            return R & 0xFFFFFF
        e += 2
        if e >= 256:
            return self.s_over(0)                 # positive whatever the signs
        a, b = s_man(L), s_man(R)
        if a < b:
            e -= 1
            a <<= 1
        q = (a << 24) // b                        # 24 bits of quotient and one more
        m32 = q << 7
        return self.s_round(e, sign, m32)

    def s_cmp(self, L, R):
        """-1, 0, 1: sign of L - R"""
        def key(x):
            if not s_exp(x):
                return 0
            k = x & 0x7FFFFF | s_exp(x) << 23
            return -k if s_sign(x) else k
        return (key(L) > key(R)) - (key(L) < key(R))

    # ------------------------------------------------------------ double + - * /
    def d_over(self, sign):
        self.warn(OVF)
        return D_NEGMAX if sign else D_MAX

    def d_round(self, e, sign, m64):
        m = m64 >> 8
        if m64 & 0x80:
            m += 1
            if m >> 56:
                m >>= 1
                e += 1
                if e == 256:
                    self.d_over(sign)
                    return D_NEGMAX                  # whatever the sign was
        return d_pack(e, sign, m)

    def d_norm(self, e, sign, m64, left=0):
        if m64 == 0:
            return left & (1 << 56) - 1
        n = 64 - m64.bit_length()
        e -= n
        if e <= 0:                                # zero, the mantissa stays behind
            return m64 << n >> 8
        return self.d_round(e, sign, m64 << n)

    def d_add(self, L, R):
        """Symmetric.  Same signs: 8 guard bits.  Different signs: NO guard bits."""
        if not d_exp(R):
            return L
        if not d_exp(L):
            return R
        big, small = L, R
        if d_exp(L) < d_exp(R):
            big, small = R, L
        d = d_exp(big) - d_exp(small)
        if d >= 57:
            return big
        e, sign = d_exp(big), d_sign(big)
        if sign == d_sign(small):
            t = (d_man(big) << 8) + (d_man(small) << 8 >> d)
            if t >> 64:
                t >>= 1
                e += 1
                if e == 256:
                    return self.d_over(sign)
            return self.d_round(e, sign, t)
        t = d_man(big) - (d_man(small) >> d)
        if t < 0:
            t, sign = -t, sign ^ 1
        return self.d_norm(e, sign, t << 8)

    def d_sub(self, L, R):
        return self.d_add(L, d_neg(R))

    def d_mul(self, L, R):
        if not d_exp(L):
            return L
        if not d_exp(R):
            return L & (1 << 56) - 1
        sign = d_sign(L) ^ d_sign(R)
        e = self.muldiv_exp(d_exp(R), d_exp(L))
        if e is None:
            return self.d_over(sign)
        if e == 0:
            return L & (1 << 56) - 1
        return self.d_norm(e, sign, d_man(L) * d_man(R) >> 48)

    def d_div(self, L, R):
        if not d_exp(R):
            self.warn(DIV0)
            return D_NEGMAX if d_sign(R) else D_MAX      # the divisor's sign bit
        if not d_exp(L) or d_exp(R) == 255:              # a divisor above 2^126 gives zero
            return L & (1 << 56) - 1
        sign = d_sign(L) ^ d_sign(R)
        e = self.muldiv_exp(d_exp(L), 255 - d_exp(R))
        if e is None:
            return self.d_over(sign)
        if e == 0:
            return L & (1 << 56) - 1
        e += 2
        if e == 256:
            return self.d_over(sign)
        e &= 255                                         # 255 + 2 wraps to 1 unnoticed
        a, b = d_man(L), d_man(R)
        if a < b:
            e -= 1
            if e == 0:
                return 0
            a <<= 1
        q = (a << 56) // b
        return self.d_round(e, sign, q << 7)

    def d_cmp(self, L, R):
        def key(x):
            if not d_exp(x):
                return 0
            k = x & (1 << 55) - 1 | d_exp(x) << 55
            return -k if d_sign(x) else k
        return (key(L) > key(R)) - (key(L) < key(R))

    # ------------------------------------------------------------ conversions
    def i_to_s(self, n):
        if n == 0:
            return 0
        m = abs(n)
        k = m.bit_length()
        return s_pack(128 + k, n < 0, m << 24 - k)

    def s_to_d(self, x): return x << 32
    def i_to_d(self, n): return self.s_to_d(self.i_to_s(n))

    def d_to_s(self, x):
        if not d_exp(x):
            return x >> 32
        return self.s_round(d_exp(x), d_sign(x), d_man(x) >> 24)

    def s_to_i(self, x):
        """CINT: add 0.5 (a rounded single addition), then floor; halves below zero go down."""
        x = self.s_add(0x80000000, x)
        if s_exp(x) >= 0x90:
            raise BasicError(OVF)
        n = s_man(x) >> 0x98 - s_exp(x) if s_exp(x) else 0
        if s_exp(x) == 0 or s_sign(x):
            n = ~n
        return n

    def d_to_i(self, x):
        x = self.d_add(x, 0x80 << 56)
        x = self.d_to_s(x)
        if s_exp(x) >= 0x90:
            raise BasicError(OVF)
        n = s_man(x) >> 0x98 - s_exp(x) if s_exp(x) else 0
        if s_exp(x) == 0 or s_sign(x):
            n = ~n
        return n

    def s_floor(self, x):
        """single floor of a single -> (single, low byte of the integer)"""
        e = s_exp(x)
        if e >= 0x98:
            return x, x & 255
        n = self.s_qint(x)
        low = n & 255
        if n == 0:
            return (x | 0x800000) & 0xFFFFFF if e else x & 0xFFFFFF, low
        m = abs(n)
        return self.s_norm(0x98, n < 0, m << 8, x), low

    def s_qint(self, x):
        e = s_exp(x)
        if not e:
            return 0
        n = s_man(x) >> 0x98 - e
        if s_sign(x):
            n = -((s_man(x) - 1 >> 0x98 - e) + 1)
        return n

    def s_int(self, x):
        """INT: an integer when it fits, else a single.  Returns ('%', n) or ('!', bits)"""
        if s_exp(x) < 0x90:
            return "%", self.s_qint(x)
        if x == 0x90800000:
            return "%", -32768
        return "!", self.s_floor(x)[0]

    def d_int(self, x):
        e = d_exp(x)
        if e == 0 or e >= 0xB8:
            return x
        m = d_man(x)
        if d_sign(x):
            n = (m - 1 >> 0xB8 - e) + 1
        else:
            n = m >> 0xB8 - e
        if n == 0:
            return 0
        k = 56 - n.bit_length()
        return d_pack(0xB8 - k, d_sign(x), n << k)

    def s_fix(self, x):
        if not s_exp(x) or not s_sign(x):
            return self.s_int(x)
        t, v = self.s_int(s_neg(x))
        return (t, -v) if t == "%" else (t, s_neg(v))

    def d_fix(self, x):
        if not d_exp(x) or not d_sign(x):
            return self.d_int(x)
        return d_neg(self.d_int(d_neg(x)))

    # ------------------------------------------------------------ integers
    # results: ('%', n) or ('!', single bits)
    def i_res(self, n):
        return ("%", n) if -32768 <= n <= 32767 else None

    def i_add(self, a, b):
        return self.i_res(a + b) or ("!", self.s_add(self.i_to_s(a), self.i_to_s(b)))

    def i_sub(self, a, b):
        return self.i_res(a - b) or ("!", self.s_sub(self.i_to_s(a), self.i_to_s(b)))

    def i_mul(self, a, b):
        return self.i_res(a * b) or ("!", self.s_mul(self.i_to_s(a), self.i_to_s(b)))

    def i_div(self, a, b):            # the operator /
        return "!", self.s_div(self.i_to_s(a), self.i_to_s(b))

    def i_idiv(self, a, b):           # the operator \
        if b == 0:
            raise BasicError(DIV0)
        q = abs(a) // abs(b)
        if (a < 0) != (b < 0):
            q = -q
        return self.i_res(q) or ("!", self.i_to_s(q))

    def i_mod(self, a, b):
        if b == 0:
            raise BasicError(DIV0)
        r = abs(a) % abs(b)
        return "%", -r if a < 0 else r

    def i_neg(self, a):
        return ("%", -a) if a != -32768 else ("!", self.i_to_s(32768))

    # ------------------------------------------------------------ functions
    ONE, HALF, QUARTER = 0x81000000, 0x80000000, 0x7F000000
    LN2 = 0x80317218
    LOG2E = 0x8138AA3B
    INV2PI = 0x7E22F983
    HALFPI = 0x81490FDB
    LOG_P = [0x8319F79A, 0x83436324, 0x848DCD75, 0x82837FA9]
    LOG_Q = [0x81000000, 0x834DB0E2, 0x8311720A, 0x7F3504F4]
    EXP_P = [0x7459887C, 0x772697E0, 0x7A1E1DC4, 0x7C63505E, 0x7E75FE1A, 0x80317218, 0x81000000]
    SIN_P = [0x861ED7FB, 0x87992665, 0x87233458, 0x86A55DE1, 0x83490FDB]
    ATN_P = [0x783BD74A, 0x7B846E02, 0x7C2FC1FE, 0x7D9A3174, 0x7D5A3D84, 0x7E917FC8,
             0x7E4CBBE4, 0x7FAAAA6C, 0x81000000]

    def poly(self, x, coef):
        """Horner, every step a single * and a single + (c + x*acc)."""
        acc = coef[0]
        for c in coef[1:]:
            acc = self.s_mul(x, acc)
            acc = self.s_add(c, acc)
        return acc

    def oddpoly(self, x, coef):
        return self.s_mul(x, self.poly(self.s_mul(x, x), coef))

    def log(self, x):
        if not s_exp(x) or s_sign(x):
            raise BasicError("Illegal function call")
        k = s_exp(x) - 128
        f = 0x80 << 24 | x & 0x7FFFFF
        p, q = self.poly(f, self.LOG_P), self.poly(f, self.LOG_Q)
        t = self.s_div(p, q)
        t = self.s_add(t, self.i_to_s(k))
        return self.s_mul(self.LN2, t)

    def exp(self, x):
        y = self.s_mul(self.LOG2E, x)
        if s_exp(y) >= 0x88:
            return y & 0xFFFFFF if s_sign(y) else self.s_over(0)
        if s_exp(y) < 0x68:
            return self.ONE
        n, low = self.s_floor(y)
        scale = low + 0x81 & 255
        if scale == 0:
            raise Hang
        f = self.s_sub(y, n)
        p = self.poly(f, self.EXP_P)
        return self.s_mul(scale << 24, p)

    def sqr(self, x):
        return self.power(x, self.HALF)

    def power(self, base, y):
        self.once = 1
        if not s_exp(y):
            return self.exp(y)
        if not s_exp(base):
            if s_sign(y):
                self.warn(DIV0)
                return S_MAX
            return y & 0xFFFFFF
        negate = False
        if s_sign(base) and s_exp(y) < 0x99:
            n, low = self.s_floor(y)
            negate = bool(low & 1)
            if self.s_cmp(n, y) == 0:
                base = s_neg(base)
        t = self.s_mul(y, self.log(base))
        r = self.exp(t)
        return s_neg(r) if negate else r

    def sin(self, x):
        if s_exp(x) < 0x77:
            return x
        negate = False
        if s_sign(x):
            negate = True
            x &= ~0x800000
        y = self.s_mul(self.INV2PI, x)
        n, _ = self.s_floor(y)
        f = self.s_sub(y, n)                              # 0 <= f < 1 (turns)
        if self.s_cmp(f, self.QUARTER) >= 0:
            f = self.s_add(0x7F800000, f)                 # f - 1/4
            f = self.s_add(0x80800000, f)                 # f - 3/4
            if not s_exp(f) or not s_sign(f):
                f = s_neg(f)
            f = self.s_add(self.QUARTER, f)
            f = s_neg(f)
        neg2 = bool(s_sign(f))
        f &= ~0x800000
        r = self.oddpoly(f, self.SIN_P)
        if neg2:
            r = s_neg(r)
        return s_neg(r) if negate else r

    def cos(self, x):
        return self.sin(self.s_add(self.HALFPI, x))

    def tan(self, x):
        s = self.sin(x)
        c = self.cos(x)
        return self.s_div(s, c)

    def atn(self, x):
        negate = False
        if s_exp(x) and s_sign(x):
            negate = True
            x = s_neg(x)
        inv = s_exp(x) >= 0x81
        if inv:
            x = self.s_div(self.ONE, x)
        r = self.oddpoly(x, self.ATN_P)
        if inv:
            r = self.s_sub(self.HALFPI, r)
        return s_neg(r) if negate else r

    # ------------------------------------------------------------ RND
    RND_MUL = [0x99CA4A35, 0x98761C39, 0x98B39522, 0x9847DD0A,
               0x9999D153, 0x989F1A0A, 0x98CDBC65, 0x983E77D6]
    RND_ADD = [None, 0x6846B168, 0x6992E999, 0x6875D110]

    def rnd(self, x=ONE):
        """x: single bits of the argument"""
        if not s_exp(x):
            return self.seed
        if s_sign(x):
            t = x
            self.c0 = self.c1 = self.c2 = 255
        else:
            self.c2 = self.c2 + 1 & 7
            t = self.s_mul(self.RND_MUL[self.c2], self.seed)
            self.c1 = (self.c1 + 1 & 3) or 1
            t = self.s_add(self.RND_ADD[self.c1], t)
        e, c, d, lo = t >> 24, t >> 16 & 255, t >> 8 & 255, t & 255
        c, lo = lo ^ 0x4F, c
        self.c0 = self.c0 + 1 & 255
        if self.c0 == 0xAB:
            self.c0 = 0
            c, d, lo = c + 1 & 255, d - 1 & 255, lo + 1 & 255
        m32 = c << 24 | d << 16 | lo << 8 | e          # the exponent byte is the guard byte
        self.seed = self.s_norm(0x80, 0, m32, t)
        return self.seed

    def randomize(self, n):
        """n: integer -32768..32767"""
        n &= 0xFFFF
        self.seed = self.seed & 0xFF0000FF | n << 8
        self.rnd()

    def run(self):
        """RUN, CLEAR and NEW restart the sequence"""
        self.seed = 0x804FC752
        self.c0 = self.c1 = self.c2 = 0

    # ------------------------------------------------------------ scaling by ten
    TEN_S, TENTH_D, E10_D = 0x84200000, 0x7D4CCCCCCCCCCCCD, 0xA21502F900000000

    def s_mul10(self, x):
        e = s_exp(x)
        if not e:
            return x
        if e + 2 > 255:
            return self.s_over(s_sign(x))
        y = self.s_add(x + (2 << 24), x)              # 4x + x
        if s_exp(y) == 255:
            return self.s_over(s_sign(y))
        return y + (1 << 24)

    def s_div10(self, x):
        return self.s_div(x, self.TEN_S)

    def d_mul10(self, x):
        e = d_exp(x)
        if not e:
            return x
        if e + 2 > 255:
            return self.d_over(d_sign(x))
        y = self.d_add(x + (2 << 56), x)
        if d_exp(y) == 255:
            return self.d_over(d_sign(y))
        return y + (1 << 56)

    def d_div10(self, x):
        e = d_exp(x)
        if e < 0x41:
            return self.d_mul(x, self.TENTH_D)
        sign = d_sign(x)
        if sign:
            x = d_neg(x)
        half = x - (1 << 56)
        t = self.d_add(half - (1 << 56), half)        # 3/4 x
        term = t
        for _ in range(15):                           # * (1 + 1/16 + 1/256 ...)
            term = term - (4 << 56) if d_exp(term) > 4 else 0
            t = self.d_add(t, term)
        t -= 3 << 56
        return d_neg(t) if sign else t

    # ------------------------------------------------------------ text -> number
    def fin(self, text, double=False):
        """Constants, READ, INPUT: double=False.  VAL and INPUT/READ into a double: True.
        Returns (type, value, position of the first character not used)."""
        self.once = 1
        ty, v = ("#", 0) if double else ("%", 0)
        pos = 0
        n = len(text)

        def skip(p):
            while p < n and text[p] in " \t\n":
                p += 1
            return p

        def to(kind, ty, v):
            if kind == ty:
                return v
            if kind == "!":
                return self.i_to_s(v) if ty == "%" else self.d_to_s(v)
            return self.i_to_d(v) if ty == "%" else self.s_to_d(v)

        pos = skip(pos)
        neg = False
        if pos < n and text[pos] in "+-":
            neg = text[pos] == "-"
            pos = skip(pos + 1)
        after = 0              # digits after the point
        point = False
        exp = 0
        want_int = False
        while True:
            ch = text[pos] if pos < n else ""
            if ch.isdigit() and ch:
                d = ord(ch) - 48
                if point:
                    after += 1
                if ty == "%":
                    if v < 3277 and v * 10 + d < 32768:
                        v = v * 10 + d
                        pos = skip(pos + 1)
                        continue
                    ty, v = "!", self.i_to_s(v)
                if ty == "!":
                    if self.s_cmp(v, 0x94742400) < 0:              # below 1E6
                        v = self.s_add(self.s_mul10(v), self.i_to_s(d))
                        pos = skip(pos + 1)
                        continue
                    ty, v = "#", self.s_to_d(v)
                v = self.d_add(self.d_mul10(v), self.i_to_d(d))
                pos = skip(pos + 1)
                continue
            if ch == "." and not point:
                point = True
                if ty != "#":
                    v = to("!", ty, v)
                    ty = "!"
                pos = skip(pos + 1)
                continue
            break
        ch = text[pos] if pos < n else ""
        if ch and ch in "eE":
            p = skip(pos + 1)
            if p < n and text[p] in "lLqQ":
                ch = "end"
        if ch and ch in "eEdD":
            if ch in "dD":
                v, ty = to("#", ty, v), "#"
            elif ty != "#":
                v, ty = to("!", ty, v), "!"
            pos = skip(pos + 1)
            eneg = False
            if pos < n and text[pos] in "+-":
                eneg = text[pos] == "-"
                pos = skip(pos + 1)
            while pos < n and text[pos].isdigit():
                exp = 127 if exp >= 10 else exp * 10 + ord(text[pos]) - 48
                pos = skip(pos + 1)
            if eneg:
                exp = -exp
        elif ch == "%":
            want_int = True
            pos = skip(pos + 1)
        elif ch == "#":
            v, ty = to("#", ty, v), "#"
            pos = skip(pos + 1)
        elif ch == "!":
            v, ty = to("!", ty, v), "!"
            pos = skip(pos + 1)
        k = exp - after & 255                         # one byte: it can wrap
        if k > 127:
            k -= 256
        while k:
            if k > 0:
                v = self.s_mul10(v) if ty == "!" else self.d_mul10(v)
                k -= 1
            else:
                v = self.s_div10(v) if ty == "!" else self.d_div10(v)
                k += 1
        if neg:
            if ty == "%":
                ty, v = self.i_neg(v)
            else:
                v = s_neg(v) if ty == "!" else d_neg(v)
        if want_int:
            v = v if ty == "%" else self.s_to_i(v) if ty == "!" else self.d_to_i(v)
            ty = "%"
        if ty == "!" and v == 0x90800000:
            ty, v = "%", -32768
        self.once = 0
        return ty, v, pos

    # ------------------------------------------------------------ number -> digits
    S_LO, S_HI = 0x91434FF9, 0x947423F8
    D_LO, D_HI = 0xB2635FA9319FFFE1, 0xB60E1BC9BF03FFFE

    def scale(self, x, ty):
        """Scale a positive number to 6 (16) integer digits.  -> (scaled, power of ten)"""
        k = 0
        if ty == "!":
            cmp, mul, div, lo, hi = self.s_cmp, self.s_mul10, self.s_div10, self.S_LO, self.S_HI
        else:
            cmp, mul, div, lo, hi = self.d_cmp, self.d_mul10, self.d_div10, self.D_LO, self.D_HI
            while d_exp(x) < 0x91:
                x = self.d_mul(x, self.E10_D)
                k -= 10
        if cmp(x, hi) >= 0:
            while cmp(x, hi) >= 0:
                x = div(x)
                k += 1
            return x, k
        while cmp(x, lo) < 0:
            x = mul(x)
            k -= 1
            if cmp(x, hi) >= 0:
                raise AssertionError
        return x, k

    def digits(self, x, ty):
        """The integer part of x + 0.5 as 6 (16) digits."""
        if ty == "!":
            x = self.s_add(0x80000000, x)
            return "%06d" % self.s_qint(x)
        x = self.d_add(x, 0x80 << 56)
        n = d_man(x) >> 0xB8 - d_exp(x) if d_exp(x) else 0
        return "%016d" % n

    def fout(self, ty, v):
        """PRINT's / STR$'s text: sign (or space) and number, no trailing space."""
        if ty == "%":
            return ("-" if v < 0 else " ") + str(abs(v))
        single = ty == "!"
        if not (s_exp(v) if single else d_exp(v)):
            return " 0"
        sign = " "
        if s_sign(v) if single else d_sign(v):
            sign = "-"
            v = s_neg(v) if single else d_neg(v)
        nd = 6 if single else 16
        x, k = self.scale(v, ty)
        dig = self.digits(x, ty)
        p = k + nd                                   # value = 0.digits * 10^p
        d = dig.rstrip("0")
        if not (-1 <= p <= nd):
            x10 = p - 1
            if not (x10 < 0 and -x10 < 16 and len(d) - x10 < (9 if single else 18)):
                text = d[0] + ("." + d[1:] if len(d) > 1 else "")
                return sign + text + ("E" if single else "D") + ("-" if x10 < 0 else "+") + "%02d" % abs(x10)
        if p <= 0:
            return sign + "." + "0" * -p + d
        if len(d) <= p:
            return sign + d + "0" * (p - len(d))
        return sign + d[:p] + "." + d[p:]

    # ------------------------------------------------------------ PRINT USING (numbers)
    COMMA, STAR, DOLLAR, PLUS, TRAIL, SCI = 64, 32, 16, 8, 4, 1

    def using_field(self, fmt):
        """One numeric field -> (flags, places before, 1 + places after or 0, rest of fmt)"""
        i, fl, before, after = 0, 0, 0, 0
        n = len(fmt)
        if fmt[0:1] == "+":
            fl |= self.PLUS
            i = 1
        if fmt[i:i + 3] == "**$":
            fl |= self.STAR | self.DOLLAR
            before = 3
            i += 3
        elif fmt[i:i + 2] == "**":
            fl |= self.STAR
            before = 2
            i += 2
        elif fmt[i:i + 2] == "$$":
            fl |= self.DOLLAR
            before = 2
            i += 2
        while i < n and fmt[i] in "#,":
            if fmt[i] == ",":
                fl |= self.COMMA
            before += 1
            i += 1
        if i < n and fmt[i] == ".":
            after = 1
            i += 1
            while i < n and fmt[i] == "#":
                after += 1
                i += 1
        if fmt[i:i + 4] == "^^^^":
            fl |= self.SCI
            i += 4
        if fl & self.PLUS:
            before += 1
        elif fmt[i:i + 1] == "-":
            fl |= self.TRAIL
            i += 1
        elif fmt[i:i + 1] == "+":
            fl |= self.TRAIL | self.PLUS
            i += 1
        return fl, before, after, fmt[i:]

    def using(self, ty, v, fl, before, after):
        if before + after > 24:
            raise BasicError("Illegal function call")
        sign = "+" if fl & self.PLUS else " "
        neg = v < 0 if ty == "%" else (s_exp(v) and s_sign(v)) if ty == "!" else (d_exp(v) and d_sign(v))
        if neg:
            sign = "-"
            if ty == "%":
                ty, v = self.i_neg(v)
            else:
                v = s_neg(v) if ty == "!" else d_neg(v)
        if fl & self.SCI:
            body, point = self._sci(ty, v, fl, before, after)
        elif ty == "%":
            body, point = self._fixed("%05d" % v, 0, before, after, fl, 5)
        else:
            zero = not (s_exp(v) if ty == "!" else d_exp(v))
            big = not zero and (self.s_cmp(v, 0xB60E1BCA) >= 0 if ty == "!" else
                                self.d_cmp(v, 0xB60E1BC9BF040000) >= 0)
            if big:
                return "%" + self.fout(ty, v)         # free format of the magnitude
            nd = 6 if ty == "!" else 16
            k = 0
            if not zero:
                v, k = self.scale(v, ty)
            if k >= 0:
                dig = self.digits(v, ty) + "0" * k
                body, point = self._fixed(dig, 0, before, after, fl, nd)
            else:
                dec = after - 1 if after else 0
                cut = min(0, dec + k)
                for _ in range(-cut):
                    v = self.s_div10(v) if ty == "!" else self.d_div10(v)
                k -= cut
                dig = self.digits(v, ty)
                body, point = self._fixed(dig, -k, before, after, fl, nd)
        return self._fit(body, point, sign, fl, before)

    @staticmethod
    def _fixed(dig, frac, before, after, fl, nd):
        """dig: digit string whose last `frac` digits are decimals -> text, index of the point"""
        if frac > len(dig):
            dig = dig.rjust(frac, "0")
        whole, dec = (dig[:-frac], dig[-frac:]) if frac else (dig, "")
        plain = max(0, before - len(whole))
        if fl & 64 and whole:
            parts = []
            w = whole
            while len(w) > 3:
                parts.insert(0, w[-3:])
                w = w[:-3]
            parts.insert(0, w)
            whole = ",".join(parts)
        text = "0" * plain + whole
        point = len(text)
        if after:
            text += "." + dec.ljust(after - 1, "0")
        return text, point

    def _sci(self, ty, v, fl, before, after):
        if ty == "%":
            ty, v = "!", self.i_to_s(v)
        nd = 6 if ty == "!" else 16
        zero = not (s_exp(v) if ty == "!" else d_exp(v))
        k = 0
        if not zero:
            v, k = self.scale(v, ty)
        lead = 0 if fl & self.TRAIL else -1           # a place is kept for the sign
        total = before + (after - 1 if after else 0) + lead
        drop = max(0, nd - total)
        for _ in range(drop):
            v = self.s_div10(v) if ty == "!" else self.d_div10(v)
        dig = self.digits(v, ty)
        point = drop + before + lead                  # index into dig where the point goes
        dig += "0" * max(0, total - nd)
        text = dig[:point] + "." + dig[point:]
        if not after:
            text = text[:-1] if text.endswith(".") else text
            point_pos = len(text)
        else:
            point_pos = point
        x10 = 0 if zero else k + nd - before - lead
        text += ("E" if ty == "!" else "D") + ("-" if x10 < 0 else "+") + "%02d" % abs(x10)
        return text, point_pos

    def _fit(self, body, point, sign, fl, before):
        """Blank leading zeros, add signs, check the width."""
        fill, lead = " ", sign
        if fl & self.STAR:
            fill = "*"
            if sign == " " and not fl & self.TRAIL:
                lead = "*"
        # buffer: one place for the sign, the usual '0', then the body
        buf = list("00" + body)
        off = 2
        i = 0
        while True:
            buf[i] = fill
            i += 1
            c = buf[i] if i < len(buf) else ""
            if c in ("0", ",") and c:
                continue
            if c == "" or c in "ED.":
                i -= 1
                buf[i] = "0"
            break
        if fl & self.DOLLAR:
            i -= 1
            buf[i:i + 1] = ["$"] if i >= 0 else None
        if not fl & self.TRAIL:
            i -= 1
            buf[i:i + 1] = [lead] if i >= 0 else None
        if fl & self.TRAIL:
            buf.append(sign)
        pt = point + off
        start = 0
        while True:
            if pt - start == before:
                return "".join(buf[start:])
            if start < len(buf) and buf[start] in " *":
                start += 1
                continue
            # too wide: drop a zero in front of the point, else mark with %
            j = start
            marks = []
            while buf[j] in "-+$":
                marks.append(buf[j])
                j += 1
            if buf[j] == "0" and j + 2 < len(buf) and buf[j + 2].isdigit():
                j += 1
                for m in reversed(marks):
                    j -= 1
                    buf[j] = m
                start = j
                if pt - start == before:
                    return "".join(buf[start:])
                # it cannot be dropped twice
                if buf[start] in " *":
                    continue
                return "%" + "".join(buf[start:])
            return "%" + "".join(buf[start:])
