package receipt_test

import (
	"strings"

	"vienkopus/internal/payment/receipt"
)

func textVectors(m *maker) []vector {
	sound := sign(m.t, plain(), m.key("LV-CESIS")).Text()
	body := strings.TrimPrefix(sound, receipt.Prefix)
	var all []vector
	add := func(reason receipt.Reason, name, code string) { all = append(all, broken(name, reason, code)) }

	add(receipt.ReasonPrefix, "nothing", "")
	add(receipt.ReasonPrefix, "a space in front", " "+sound)
	add(receipt.ReasonPrefix, "no prefix", body)
	add(receipt.ReasonPrefix, "small letters", strings.ToLower(sound))
	add(receipt.ReasonPrefix, "a small prefix", "vk1:"+body)
	add(receipt.ReasonPrefix, "a mixed prefix", "Vk1:"+body)
	add(receipt.ReasonPrefix, "half a prefix", "VK1")
	add(receipt.ReasonPrefix, "without the colon", "VK1"+body)
	add(receipt.ReasonPrefix, "version 0", "VK0:"+body)
	add(receipt.ReasonPrefix, "version 01", "VK01:"+body)
	add(receipt.ReasonPrefix, "version 100", "VK100:"+body)
	add(receipt.ReasonPrefix, "a version that is no number", "VKA:"+body)
	add(receipt.ReasonPrefix, "no version", "VK:"+body)
	add(receipt.ReasonPrefix, "a health certificate", "HC1:6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE")
	add(receipt.ReasonPrefix, "an address", "https://example.org/"+sound)
	add(receipt.ReasonPrefix, "the bank code of a paper bill", "BCD\n002\n1\nSCT\n\nCesu udens\nLV80BANK0000435195001\nEUR42.50")
	add(receipt.ReasonPrefix, "a byte order mark", "\ufeff"+sound)

	add(receipt.ReasonNewer, "version 2", "VK2:"+body)
	add(receipt.ReasonNewer, "version 9 of something else", "VK9:hello")
	add(receipt.ReasonNewer, "version 10", "VK10:"+body)
	add(receipt.ReasonNewer, "version 99, nothing behind it", "VK99:")

	add(receipt.ReasonAlphabet, "small letters behind the prefix", receipt.Prefix+strings.ToLower(body))
	add(receipt.ReasonAlphabet, "one small letter", replaceLetter(sound))
	add(receipt.ReasonAlphabet, "a line end", sound+"\n")
	add(receipt.ReasonAlphabet, "a line end of another kind", sound+"\r\n")
	add(receipt.ReasonAlphabet, "a line end inside", sound[:100]+"\n"+sound[100:])
	add(receipt.ReasonAlphabet, "a tabulator", sound[:100]+"\t"+sound[100:])
	add(receipt.ReasonAlphabet, "a no-break space", sound[:100]+"\u00a0"+sound[100:])
	add(receipt.ReasonAlphabet, "a comma", sound[:100]+","+sound[101:])
	add(receipt.ReasonAlphabet, "an equals sign", sound+"=")
	add(receipt.ReasonAlphabet, "a letter of Latvian", sound[:100]+"Ķ"+sound[101:])
	add(receipt.ReasonAlphabet, "a letter that looks like A", sound[:100]+"А"+sound[101:])
	add(receipt.ReasonAlphabet, "full-width digits", receipt.Prefix+"１２３"+body)
	add(receipt.ReasonAlphabet, "a face", sound+"🙂")
	add(receipt.ReasonAlphabet, "a zero byte", sound+"\x00")
	add(receipt.ReasonAlphabet, "too long and outside the alphabet", sound+strings.Repeat("ķ", 400))

	add(receipt.ReasonTooLong, "twice", sound+sound[4:])
	add(receipt.ReasonTooLong, "one character more than the longest", sound+strings.Repeat("0", receipt.MaxText+1-len(sound)))
	add(receipt.ReasonTooLong, "four thousand characters", receipt.Prefix+strings.Repeat("A", 4000))

	add(receipt.ReasonBase45, "one character left over", sound+strings.Repeat("0", (4-len(body)%3)%3))
	add(receipt.ReasonBase45, "a single character", receipt.Prefix+"0")
	add(receipt.ReasonBase45, "the last group of three above 65535", receipt.Prefix+":::")
	add(receipt.ReasonBase45, "65536", receipt.Prefix+"GGW")
	add(receipt.ReasonBase45, "a group above 65535 in the middle", sound[:100]+":::"+sound[103:])
	add(receipt.ReasonBase45, "the last group of two above 255", receipt.Prefix+"::")
	add(receipt.ReasonBase45, "256", receipt.Prefix+"V5")
	add(receipt.ReasonBase45, "an overlong last group", overlong(m))

	add(receipt.ReasonCOSE, "nothing behind the prefix", receipt.Prefix)
	add(receipt.ReasonCOSE, "65535", receipt.Prefix+"FGW")
	add(receipt.ReasonCOSE, "255", receipt.Prefix+"U5")
	return all
}

// replaceLetter makes the last letter of a code a small one.
func replaceLetter(code string) string {
	i := strings.LastIndexAny(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return code[:i] + strings.ToLower(code[i:i+1]) + code[i+1:]
}

// overlong writes the last byte of a code of odd length as a pair that means 256 more, which a lax reader would cut off.
func overlong(m *maker) string {
	m.t.Helper()
	r := plain()
	for len(envelope{payload: r.Payload()}.bytes())%2 == 0 {
		r.Creditor += "9"
	}
	whole := envelope{payload: r.Payload()}.bytes()
	last := int(whole[len(whole)-1]) + 256
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	return receipt.Prefix + receipt.Encode45(whole[:len(whole)-1]) + string([]byte{digits[last%45], digits[last/45]})
}
