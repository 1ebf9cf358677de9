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

class InstantStatics {
    static getEPOCH() { java.time.Instant.ofEpochSecond(0) }
}

class DurationStatics {
    static getZERO() { java.time.Duration.ofSeconds(0) }

    static parse(text) {
        def m = text.toString() =~ /(?i)([-+]?)P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:\.\d+)?)S)?)?/
        if (!m.matches() || (2..5).every { m.group(it) == null }) throw new java.time.format.DateTimeParseException('Text cannot be parsed to a Duration')
        def n = { i, by -> (m.group(i) ?: '0').toBigDecimal() * by }
        def nanos = (n(2, 86400) + n(3, 3600) + n(4, 60) + n(5, 1)) * 1000000000
        java.time.Duration.ofNanos((m.group(1) == '-' ? -nanos : nanos).longValue())
    }
}

class LocalDateMethods {
    static until(self, other, unit) { unit.between(self, other) }

    static with(self, java.time.temporal.TemporalAdjuster a) { a.adjustInto(self) }
}

class LocalDateTimeMethods {
    static until(self, other, unit) { unit.between(self, other) }

    static with(self, java.time.temporal.TemporalAdjuster a) { a.adjustInto(self.toLocalDate()).atTime(self.hour, self.minute, self.second) }
}

class DateTimeFormatterMethods {
    static localizedBy(self, locale) { self }
}
