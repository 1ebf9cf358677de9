// Java's less usual methods of numbers, after the definitions in their documentation.

class BigDecimalMethods {
    static movePointLeft(self, int n) {
        def v = new BigDecimal(self.unscaledValue(), self.scale() + n)
        v.scale() < 0 ? v.setScale(0) : v
    }

    static movePointRight(self, int n) { self.movePointLeft(-n) }

    static scaleByPowerOfTen(self, int n) { new BigDecimal(self.unscaledValue(), self.scale() - n) }

    static ulp(self) { new BigDecimal(1G, self.scale()) }

    static toEngineeringString(self) { self.toString() }

    static remainder(self, BigDecimal by) { self - by * self.divideToIntegralValue(by) }

    static divideToIntegralValue(self, BigDecimal by) {
        def q = self.divide(by, 0, 1)
        self.scale() > by.scale() ? q.setScale(self.scale() - by.scale()) : q
    }

    static divideAndRemainder(self, BigDecimal by) {
        def q = self.divideToIntegralValue(by)
        [q, self - q * by] as BigDecimal[]
    }

    static round(self, java.math.MathContext c) {
        int over = self.precision() - c.precision
        if (c.precision == 0 || over <= 0) return self
        def v = self.setScale(self.scale() - over, c.roundingMode)
        v.precision() > c.precision ? v.setScale(v.scale() - 1, c.roundingMode) : v
    }

    // The quotient with enough digits for the context, then without the zeros that division brought.
    static divide(self, BigDecimal by, java.math.MathContext c) {
        if (by.signum() == 0) throw new ArithmeticException('/ by zero')
        if (c.precision == 0) return self.divide(by)
        int ideal = self.scale() - by.scale()
        int scale = Math.max(ideal, c.precision + 3 + by.precision() - self.precision() + ideal)
        def down = self.divide(by, scale, 1)
        if (down * by != self) down = new BigDecimal(down.unscaledValue() * 10G + self.signum() * by.signum(), scale + 1)
        def v = down.round(c)
        while (v.scale() > ideal && v.unscaledValue() % 10G == 0G) v = v.setScale(v.scale() - 1)
        v
    }

    // Exact or not at all; the bound on digits is that of java.math.BigDecimal.divide(BigDecimal).
    static divide(self, BigDecimal by) {
        if (by.signum() == 0) throw new ArithmeticException(self.signum() == 0 ? 'Division undefined' : 'Division by zero')
        int ideal = self.scale() - by.scale(), most = ideal + (int) Math.ceil(10.0 * by.precision() / 3.0) + self.precision()
        def v = self.divide(by, Math.max(ideal, most), 1)
        if (v * by != self)
            throw new ArithmeticException('Non-terminating decimal expansion; no exact representable decimal result.')
        while (v.scale() > ideal && v.unscaledValue() % 10G == 0G) v = v.setScale(v.scale() - 1)
        v
    }

    static divide(self, Number by) { self.divide(by as BigDecimal) }

    static toBigIntegerExact(self) { self.setScale(0).toBigInteger() }
}

class BigIntegerMethods {
    static bitCount(self) { self.toString(2).count(self < 0G ? '0' : '1') }

    static testBit(self, int n) { self.shiftRight(n) % 2G != 0G }

    static shiftLeft(self, int n) { n < 0 ? self.shiftRight(-n) : self * 2G ** n }

    static shiftRight(self, int n) { n < 0 ? self.shiftLeft(-n) : (self < 0G ? self - (2G ** n - 1G) : self).intdiv(2G ** n) }

    static not(self) { -self - 1G }

    static andNot(self, BigInteger b) { self & b.not() }

    static gcd(self, Number b) { self.gcd(b as BigInteger) }

    static mod(self, BigInteger m) {
        def r = self.remainder(m)
        r < 0G ? r + m : r
    }

    static modPow(self, BigInteger e, BigInteger m) {
        BigInteger result = 1G, base = self.mod(m)
        while (e > 0G) {
            if (e % 2G == 1G) result = (result * base) % m
            base = (base * base) % m
            e = e.intdiv(2G)
        }
        result % m
    }

    static modInverse(self, BigInteger m) {
        BigInteger a = self.mod(m), b = m, x = 1G, y = 0G
        while (a > 1G && b > 0G) {
            def q = a.intdiv(b)
            (a, b) = [b, a - q * b]
            (x, y) = [y, x - q * y]
        }
        if (a != 1G) throw new ArithmeticException('BigInteger not invertible.')
        x.mod(m)
    }

    // Miller and Rabin with twelve fixed bases: exact below 3.1e23, and a build chooses no keys by it.
    static isProbablePrime(self, int certainty) {
        if (self < 2G) return false
        for (p in [2G, 3G, 5G, 7G, 11G, 13G, 17G, 19G, 23G, 29G, 31G, 37G]) {
            if (self == p) return true
            if (self % p == 0G) return false
        }
        BigInteger d = self - 1G
        int s = 0
        while (d % 2G == 0G) {
            d = d.intdiv(2G)
            s++
        }
        for (a in [2G, 3G, 5G, 7G, 11G, 13G, 17G, 19G, 23G, 29G, 31G, 37G]) {
            def x = a.modPow(d, self)
            boolean composite = x != 1G && x != self - 1G
            for (int i = 1; i < s && composite; i++) {
                x = (x * x) % self
                composite = x != self - 1G
            }
            if (composite) return false
        }
        true
    }

    static nextProbablePrime(self) {
        def n = self + 1G
        while (!n.isProbablePrime(20)) n = n + 1G
        n
    }

    // Newton from above, which never rises again before it has the root.
    static sqrt(self) {
        if (self < 0G) throw new ArithmeticException('Negative BigInteger')
        if (self < 2G) return self
        BigInteger x = 2G ** ((self.bitLength() + 1).intdiv(2))
        while (true) {
            def y = (x + self.intdiv(x)).intdiv(2G)
            if (y >= x) return x
            x = y
        }
    }

    static byteValueExact(self) { exact(self, Byte.MIN_VALUE, Byte.MAX_VALUE, 'byte').toInteger() as byte }

    static shortValueExact(self) { exact(self, Short.MIN_VALUE, Short.MAX_VALUE, 'short').toInteger() as short }

    static exact(self, low, high, String type) {
        if (self < low || self > high) throw new ArithmeticException("BigInteger out of $type range")
        self
    }
}

class CharacterMethods {
    static multiply(self, Number n) { ((int) self) * n }

    static div(self, Number n) { ((int) self) / n }

    static intdiv(self, Number n) { ((int) self).intdiv(n) }

    static mod(self, Number n) { ((int) self) % n }
}

class BooleanMethods {
    static implies(self, other) { !self || other }
}
