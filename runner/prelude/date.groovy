// Methods of dates, days of the week and months that need no C. Fields are Calendar's constants by number
// (1 YEAR, 2 MONTH, 5 DATE, 11 HOUR_OF_DAY …).

class DateMethods {
    static clone(self) { new Date(self.time) }

    static getAt(self, int field) {
        def c = self.toCalendar()
        c.get(field)
    }

    static putAt(self, int field, value) {
        def c = self.toCalendar()
        c.set(field, value)
        self.setTime(c.timeInMillis)
    }

    static copyWith(self, Map changes) {
        def c = self.toCalendar()
        def fields = [year: 1, month: 2, date: 5, dayOfMonth: 5, hourOfDay: 11, minute: 12, second: 13]
        for (e in changes) {
            def field = e.key instanceof Integer ? e.key : fields[e.key.toString()]
            c.set(field, e.value)
        }
        c.time
    }

    static updated(self, Map changes) { self.copyWith(changes) }

    static upto(self, Date to, Closure c) {
        if (self > to) throw new groovy.lang.GroovyRuntimeException("The argument ($to) to upto() cannot be earlier than the value ($self) it's called on.")
        for (def d = self; d <= to; d = d + 1) c.call(d)
        null
    }

    static downto(self, Date to, Closure c) {
        if (self < to) throw new groovy.lang.GroovyRuntimeException("The argument ($to) to downto() cannot be later than the value ($self) it's called on.")
        for (def d = self; d >= to; d = d - 1) c.call(d)
        null
    }

    static toGMTString(self) { self.format("d MMM yyyy HH:mm:ss", TimeZone.getTimeZone('GMT')) + ' GMT' }

    static getDateString(self) { self.format('M/d/yy') }

    static getTimeString(self) { self.format('h:mm:ss a') }

    static getDateTimeString(self) { self.format('M/d/yy h:mm:ss a') }
}

class DayOfWeekMethods {
    static getDisplayName(self, style, locale) { style.of(self.name()) }

    static next(self) { self.plus(1) }

    static previous(self) { self.plus(-1) }

    static plus(self, Number n) { java.time.DayOfWeek.of((int) Math.floorMod(self.value - 1 + n.longValue(), 7) + 1) }

    static minus(self, Number n) { self.plus(-n) }

    static ordinal(self) { self.value - 1 }
}

class DayOfWeekStatics {
    static values() {
        'MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY'.split(' ').collect { java.time.DayOfWeek."$it" }
    }

    static of(int n) {
        if (n < 1 || n > 7) throw new java.time.DateTimeException("Invalid value for DayOfWeek: $n")
        values()[n - 1]
    }

    static valueOf(String name) {
        def found = values().find { it.name() == name }
        if (!found) throw new IllegalArgumentException("No enum constant java.time.DayOfWeek.$name")
        found
    }

    static from(date) { date.dayOfWeek }
}

class MonthMethods {
    static getDisplayName(self, style, locale) { style.of(self.name()) }

    static next(self) { self.plus(1) }

    static previous(self) { self.plus(-1) }

    static firstDayOfYear(self, boolean leap) { java.time.LocalDate.of(leap ? 2020 : 2021, self.value, 1).dayOfYear }

    static plus(self, Number n) { java.time.Month.of((int) Math.floorMod(self.value - 1 + n.longValue(), 12) + 1) }

    static minus(self, Number n) { self.plus(-n) }

    static ordinal(self) { self.value - 1 }

    static length(self, boolean leap) {
        self.value == 2 ? (leap ? 29 : 28) : self.value in [4, 6, 9, 11] ? 30 : 31
    }

    static minLength(self) { self.length(false) }

    static maxLength(self) { self.length(true) }
}

class MonthStatics {
    static values() {
        'JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER'.split(' ').collect {
            java.time.Month."$it"
        }
    }

    static of(int n) {
        if (n < 1 || n > 12) throw new java.time.DateTimeException("Invalid value for MonthOfYear: $n")
        values()[n - 1]
    }

    static valueOf(String name) {
        def found = values().find { it.name() == name }
        if (!found) throw new IllegalArgumentException("No enum constant java.time.Month.$name")
        found
    }

    static from(date) { date.month }
}

class InstantMethods {
    static atOffset(self, zone) { self.atZone(zone) }
}

class InstantStatics {
    static ofEpochSecond(long seconds, long nanos) { java.time.Instant.ofEpochSecond(seconds).plusNanos(nanos) }

    static from(t) { t.toInstant() }

    static getEPOCH() { java.time.Instant.ofEpochSecond(0) }
}

class DurationMethods {
    static toDaysPart(self) { self.toDays() }

    static toHoursPart(self) { (int) (self.toHours() % 24) }

    static toMinutesPart(self) { (int) (self.toMinutes() % 60) }

    static toSecondsPart(self) { (int) (self.seconds % 60) }

    static toMillisPart(self) { (int) (self.toMillis() % 1000) }

    static negated(self) { self.multipliedBy(-1) }

    static abs(self) { self.isNegative() ? self.negated() : self }

    static isNegative(self) { self.seconds < 0 }

    static isZero(self) { self.toNanos() == 0 }

    static multipliedBy(self, long n) { java.time.Duration.ofNanos(self.toNanos() * n) }

    static dividedBy(self, Number n) { java.time.Duration.ofNanos(self.toNanos().intdiv(n)) }

    static dividedBy(self, java.time.Duration d) { self.toNanos().intdiv(d.toNanos()) }

    static addTo(self, t) { t.plus(self) }
}

class DurationStatics {
    static of(long n, unit) { java.time.Duration.ZERO.plus(n, unit) }

    static getZERO() { java.time.Duration.ofSeconds(0) }

    static parse(text) {
        def m = text.toString() =~ /(?i)([-+]?)P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:\.\d+)?)S)?)?/
        if (!m.matches() || (2..5).every { m.group(it) == null }) throw new java.time.format.DateTimeParseException('Text cannot be parsed to a Duration')
        def n = { i, by -> (m.group(i) ?: '0').toBigDecimal() * by }
        def nanos = (n(2, 86400) + n(3, 3600) + n(4, 60) + n(5, 1)) * 1000000000
        java.time.Duration.ofNanos((m.group(1) == '-' ? -nanos : nanos).longValue())
    }
}

// Of all points of time.
class TemporalMethods {
    static get(self, field) { (int) field.of(self) }

    static getLong(self, field) { (long) field.of(self) }

    static with(self, java.time.temporal.ChronoField field, Number n) { field.on(self, n.longValue()) }

    static until(self, other, unit) { unit.between(self, other) }

    static withYear(self, int year) { self.plusYears(year - self.year) }

    static withDayOfYear(self, int day) { self.plusDays(day - self.dayOfYear) }

    static plus(self, java.time.Period p) { p.addTo(self) }

    static minus(self, java.time.Period p) { p.subtractFrom(self) }
}

class LocalDateMethods {
    static until(self, java.time.LocalDate other) { java.time.Period.between(self, other) }

    static with(self, java.time.temporal.TemporalAdjuster a) { a.adjustInto(self) }

    static lengthOfYear(self) { self.isLeapYear() ? 366 : 365 }

    static atTime(self, java.time.LocalTime t) { self.atTime(t.hour, t.minute, t.second).withNano(t.nano) }

    static datesUntil(self, java.time.LocalDate end) {
        def days = []
        for (def d = self; d < end; d = d.plusDays(1)) days.add(d)
        days.stream()
    }
}

class LocalDateStatics {
    static ofYearDay(int year, int day) { java.time.LocalDate.of(year, 1, 1).plusDays(day - 1) }

    static ofInstant(instant, zone) { java.time.LocalDateTime.ofInstant(instant, zone).toLocalDate() }
}

class LocalTimeMethods {
    static toSecondOfDay(self) { self.hour * 3600 + self.minute * 60 + self.second }

    static toNanoOfDay(self) { self.toSecondOfDay() * 1000000000L + self.nano }

    static atDate(self, java.time.LocalDate d) { d.atTime(self) }
}

class LocalTimeStatics {
    static getMIDNIGHT() { java.time.LocalTime.of(0, 0) }

    static getMIN() { getMIDNIGHT() }

    static getNOON() { java.time.LocalTime.of(12, 0) }

    static getMAX() { java.time.LocalTime.of(23, 59, 59, 999999999) }

    static ofSecondOfDay(long n) { getMIDNIGHT().plusSeconds(n) }
}

class LocalDateTimeStatics {
    static ofEpochSecond(long seconds, int nanos, zone) {
        java.time.LocalDateTime.ofInstant(java.time.Instant.ofEpochSecond(seconds, nanos), zone)
    }
}

class ZonedDateTimeMethods {
    static getOffset(self) { java.time.ZoneOffset.of(self.format(java.time.format.DateTimeFormatter.ofPattern('XXX'))) }

    static withZoneSameLocal(self, zone) { self.toLocalDateTime().atZone(zone) }
}

class ZoneOffsetStatics {
    static ofHours(int n) { ofHoursMinutes(n, 0) }

    static ofHoursMinutes(int h, int m) {
        java.time.ZoneOffset.of(h == 0 && m == 0 ? 'Z' : String.format('%s%02d:%02d', h < 0 || m < 0 ? '-' : '+', h.abs(), m.abs()))
    }
}

class CalendarMethods {
    static compareTo(self, Calendar o) { self.timeInMillis <=> o.timeInMillis }

    static equals(self, o) { o instanceof Calendar && self.timeInMillis == o.timeInMillis }

    static after(self, o) { o instanceof Calendar && self.timeInMillis > o.timeInMillis }

    static before(self, o) { o instanceof Calendar && self.timeInMillis < o.timeInMillis }

    static clear(self) {
        self.set(1970, 0, 1, 0, 0, 0)
        self.set(14, 0)
    }

    // Of the day in its month or year, which depend on the date; of other fields the bound.
    static getActualMaximum(self, int field) {
        switch (field) {
            case 5: return java.time.YearMonth.of(self.get(1), self.get(2) + 1).lengthOfMonth()
            case 6: return self.isLeapYear(self.get(1)) ? 366 : 365
            case 2: return 11
            case 11: return 23
            case [12, 13]: return 59
            case 14: return 999
            case 7: return 7
        }
        throw new UnsupportedOperationException("getActualMaximum($field)")
    }

    static getActualMinimum(self, int field) { field in [1, 3, 4, 5, 6, 7, 8] ? 1 : 0 }

    static isLeapYear(self, int year) { java.time.Year.isLeap((long) year) }

    static toInstant(self) { self.time.toInstant() }

    static next(self) { self.$moved(1) }

    static previous(self) { self.$moved(-1) }

    static $moved(self, int days) {
        def c = self.clone()
        c.add(5, days)
        c
    }
}

class TimeUnitMethods {
    static convert(self, Number n, java.util.concurrent.TimeUnit unit) {
        def to = self.toString()
        unit."to${to == 'MILLISECONDS' ? 'Millis' : to == 'NANOSECONDS' ? 'Nanos' : to == 'MICROSECONDS' ? 'Micros' : to[0] + to.substring(1).toLowerCase()}"(n)
    }
}

class LocalDateTimeMethods {
    static toEpochSecond(self, zone) { self.atZone(zone).toEpochSecond() }

    static atOffset(self, zone) { self.atZone(zone) }

    static with(self, java.time.temporal.TemporalAdjuster a) { a.adjustInto(self.toLocalDate()).atTime(self.hour, self.minute, self.second) }
}

class DateTimeFormatterMethods {
    static localizedBy(self, locale) { self }
}
