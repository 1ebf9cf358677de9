// java.time.Year and YearMonth; the rest of java.time is runner/lib/temporal*.c.
package java.time

class Year implements Comparable {
    final int value

    Year(int value) { this.value = value }

    static Year of(int y) { new Year(y) }

    static Year now() { new Year(java.time.LocalDate.now().year) }

    static Year parse(text) { new Year(text.toString().toInteger()) }

    static Year from(date) { new Year(date.year) }

    static boolean isLeap(long y) { y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) }

    boolean isLeap() { isLeap((long) value) }

    int length() { isLeap() ? 366 : 365 }

    java.time.LocalDate atDay(int day) { java.time.LocalDate.of(value, 1, 1).plusDays(day - 1) }

    YearMonth atMonth(m) { YearMonth.of(value, m) }

    Year plusYears(n) { new Year((int) (value + n)) }

    Year minusYears(n) { new Year((int) (value - n)) }

    boolean isBefore(Year o) { value < o.value }

    boolean isAfter(Year o) { value > o.value }

    int compareTo(o) { value <=> o.value }

    boolean equals(o) { o instanceof Year && o.value == value }

    int hashCode() { value }

    String toString() { value.toString() }
}

class YearMonth implements Comparable {
    final int year, monthValue

    YearMonth(int year, int month) {
        this.year = year
        monthValue = month
    }

    static YearMonth of(int y, m) {
        int n = m instanceof Number ? m.intValue() : m.value
        if (n < 1 || n > 12)
            throw new java.time.DateTimeException("Invalid value for MonthOfYear (valid values 1 - 12): $n")
        new YearMonth(y, n)
    }

    static YearMonth now() { from(java.time.LocalDate.now()) }

    static YearMonth from(date) { new YearMonth(date.year, date.monthValue) }

    static YearMonth parse(text) { from(java.time.LocalDate.parse("$text-01".toString())) }

    static YearMonth parse(text, formatter) { from(java.time.LocalDate.parse(text, formatter)) }

    java.time.Month getMonth() { java.time.Month.of(monthValue) }

    boolean isLeapYear() { Year.isLeap((long) year) }

    int lengthOfMonth() { month.length(isLeapYear()) }

    int lengthOfYear() { isLeapYear() ? 366 : 365 }

    java.time.LocalDate atDay(int day) { java.time.LocalDate.of(year, monthValue, day) }

    java.time.LocalDate atEndOfMonth() { atDay(lengthOfMonth()) }

    YearMonth plusMonths(n) {
        long months = year * 12L + monthValue - 1 + n
        new YearMonth((int) Math.floorDiv(months, 12L), (int) Math.floorMod(months, 12L) + 1)
    }

    YearMonth minusMonths(n) { plusMonths(-n) }

    YearMonth plusYears(n) { plusMonths(n * 12) }

    YearMonth minusYears(n) { plusMonths(-n * 12) }

    String format(formatter) { atDay(1).format(formatter) }

    boolean isBefore(YearMonth o) { compareTo(o) < 0 }

    boolean isAfter(YearMonth o) { compareTo(o) > 0 }

    int compareTo(o) { year <=> o.year ?: monthValue <=> o.monthValue }

    boolean equals(o) { o instanceof YearMonth && o.year == year && o.monthValue == monthValue }

    int hashCode() { year ^ (monthValue << 27) }

    String toString() { "${year.toString().padLeft(4, '0')}-${monthValue.toString().padLeft(2, '0')}" }
}
