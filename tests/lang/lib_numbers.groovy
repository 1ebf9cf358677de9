// ---- division gives a BigDecimal with Groovy's precision
println([1 / 3, 2 / 3, 10 / 4, 100 / 3, 1.000 / 7, 1e3 / 3])
println 1000000000000 / 3
println((10 / 2).class.simpleName)
// expect: [0.3333333333, 0.6666666667, 2.5, 33.3333333333, 0.1428571429, 333.33333333]
// expect: 333333333333.3333333333
// expect: BigDecimal
// ---- integers wrap and promote
println Integer.MAX_VALUE + 1
println Integer.MAX_VALUE + 1L
println Long.MAX_VALUE * 2
println 2147483648.class.simpleName
println((1 + 1G).class.simpleName + ' ' + (1G + 1.5).class.simpleName + ' ' + (1.5 + 1.5d).class.simpleName)
// expect: -2147483648
// expect: 2147483648
// expect: -2
// expect: Long
// expect: BigInteger BigDecimal Double
// ---- powers
println([2 ** 10, 2 ** 31, 2 ** -1, 2.5 ** 2, 4 ** 0.5])
println((2 ** 31).class.simpleName + ' ' + (2L ** 3).class.simpleName + ' ' + (2 ** 0.5).class.simpleName)
// expect: [1024, 2147483648, 0.5, 6.25, 2]
// expect: BigInteger Long Double
// ---- shifts and bits
println([1 << 33, 1L << 65, -1 >>> 28, -8 >> 1, 6 & 3, 6 | 3, 6 ^ 3, ~5])
// expect: [2, 2, 15, -4, 2, 7, 5, -6]
// ---- remainders
println([7 % 3, -7 % 3, 5G % 3, -5G % 3, 5.5d % 2])
5.5 % 2
// expect: [1, -1, 2, 1, 1.5]
// throws: UnsupportedOperationException: Cannot use mod() on this number type: java.math.BigDecimal with value: 5.5
// ---- division by zero
1.intdiv(0)
// throws: ArithmeticException: / by zero
// ---- decimal division by zero
1 / 0
// throws: ArithmeticException: Division by zero
// ---- BigDecimal text
println([1.10, 1e10, 1.0e-7, 0.000001, 1.10 * 1.10, 0.1 + 0.2, 1.0 + 1])
println 1e10.toPlainString() + ' ' + 1.500.stripTrailingZeros() + ' ' + 100.0.stripTrailingZeros()
// expect: [1.10, 1E+10, 1.0E-7, 0.000001, 1.2100, 0.3, 2.0]
// expect: 10000000000 1.5 1E+2
// ---- double text
println([1e7d, 1.0E-5d, 123456789.0d, 0.1f + 0.2f, 1.1f, 100.0d, 1 / 3d])
// expect: [1.0E7, 1.0E-5, 1.23456789E8, 0.30000000447034836, 1.1, 100.0, 0.3333333333333333]
// ---- setScale and round
println 2.345.setScale(2, BigDecimal.ROUND_HALF_UP)
println([2.555d.round(2), 3.2d.round(), (-3.7d).trunc(), 3.789d.round(1), 3.5f.round()])
// expect: 2.35
// expect: [2.56, 3, -3.0, 3.8, 4]
// ---- parsing
println(['12'.toInteger(), ' 42 '.toInteger(), '1.5'.toBigDecimal(), '7'.toLong(), '2.5'.toDouble(), '0x'.isInteger(), '12'.isInteger()])
println Integer.parseInt('ff', 16) + ' ' + Integer.parseInt('-17') + ' ' + Long.parseLong('99999999999')
// expect: [12, 42, 1.5, 7, 2.5, false, true]
// expect: 255 -17 99999999999
// ---- parsing fails
Integer.parseInt('abc')
// throws: NumberFormatException: For input string: "abc"
// ---- parsing fails in a radix
Integer.parseInt('zz', 16)
// throws: NumberFormatException: For input string: "zz" under radix 16
// ---- radix texts
println Integer.toHexString(255) + ' ' + Integer.toHexString(-1) + ' ' + Integer.toBinaryString(5) + ' ' + 255.toString(16) + ' ' + Long.toHexString(255L)
// expect: ff ffffffff 101 16 ff
// ---- Math
println([Math.max(1, 2), Math.min(1.5d, 2), Math.abs(-3), Math.round(2.5d), Math.floor(2.7d), Math.ceil(2.1d), Math.pow(2, 3), Math.sqrt(16)])
// expect: [2, 1.5, 3, 3, 2.0, 3.0, 8.0, 4.0]
// ---- intdiv abs mod
println([7.intdiv(2), -7.intdiv(2), (-7).abs(), 7.mod(4), 3.5.intValue(), 3.99d.toInteger()])
// expect: [3, -3, 7, 3, 3, 3]
// ---- loops on numbers
3.times { print it }
1.upto(3) { print it }
3.downto(1) { print it }
1.step(10, 3) { print it }
println()
// expect: 012123321147
// ---- hash codes
println([1.5.hashCode(), 1.5d.hashCode(), true.hashCode(), 1e10.hashCode(), 123456789012345678901234567890G.hashCode(), 5L.hashCode()])
// expect: [466, 1073217536, 1231, 21, 1915528825, 5]
// ---- comparing numbers of several types
println([1 == 1L, 1 == 1.0, 1.0.equals(1.00), 1.0 == 1.00, 1 <=> 2, 2.5 > 2, 97 == ('a' as char)])
// expect: [true, true, false, true, -1, true, true]
// ---- casts of numbers
println([(int) 3.9, (byte) 200, (short) 70000, (long) 1e30, (char) 65, (int) 'a', 5.5 as int, '12' as int, 5 as double])
// expect: [3, -56, 4464, 5076944270305263616, A, 97, 5, 12, 5.0]
// ---- cast refused
Integer i = 'abc'
// throws: GroovyCastException: Cannot cast object 'abc' with class 'java.lang.String' to class 'java.lang.Integer'
// ---- null is no int
int i = null
// throws: GroovyCastException: Cannot cast object 'null' with class 'null' to class 'int'. Try 'java.lang.Integer' instead
// ---- sum and average of a list
println([1, 2, 3.5].sum() / 3)
// expect: 2.1666666667
