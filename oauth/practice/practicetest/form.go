package practicetest

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
)

// form is what is needed of an HTML form.
type form struct {
	action string // empty: the page has no form
	inputs []input
}

// input is a field, or one option of a list.
type input struct {
	kind, name, value string
	checked           bool
}

const option = "option"

// readForm reads the last form of a page. The practice provider's pages are regular enough for the XML reader.
func readForm(page string) (f form, err error) {
	var list string // the one that options belong to
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return f, err
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		attributes := map[string]string{}
		for _, a := range start.Attr {
			attributes[a.Name.Local] = a.Value
		}
		switch start.Name.Local {
		case "form":
			f = form{action: attributes["action"]}
		case "input":
			_, checked := attributes["checked"]
			f.inputs = append(f.inputs, input{attributes["type"], attributes["name"], attributes["value"], checked})
		case "select":
			list = attributes["name"]
		case option:
			_, selected := attributes["selected"]
			f.inputs = append(f.inputs, input{option, list, attributes["value"], selected})
		}
	}
}

func (f *form) values(name string) (values []string) {
	for _, in := range f.inputs {
		if in.name == name {
			values = append(values, in.value)
		}
	}
	return values
}

// set checks the radio button, or selects the option, with the value, and no other of its name.
func (f *form) set(name, value string) {
	for i := range f.inputs {
		if in := &f.inputs[i]; in.name == name {
			in.checked = in.value == value
		}
	}
}

// clear empties a tick box.
func (f *form) clear(name, value string) {
	for i := range f.inputs {
		if in := &f.inputs[i]; in.name == name && in.value == value {
			in.checked = false
		}
	}
}

// fill types into a field.
func (f *form) fill(name, value string) {
	for i := range f.inputs {
		if in := &f.inputs[i]; in.name == name {
			in.value = value
		}
	}
}

// sent is what a browser sends.
func (f *form) sent() url.Values {
	sent := url.Values{}
	for _, in := range f.inputs {
		if boxed := in.kind == "radio" || in.kind == "checkbox" || in.kind == option; !boxed || in.checked {
			sent.Add(in.name, in.value)
		}
	}
	return sent
}
