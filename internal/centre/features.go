package centre

import (
	"slices"

	"vienkopus/internal/base/civil"
)

// Feature is something about a centre that a client or a colleague wants to know before he comes.
type Feature string

// The features: how one gets in, and what there is.
const (
	StepFreeEntrance Feature = "step-free-entrance"
	// DoorWidth has a value in centimetres: the narrowest door on the way to the desk.
	DoorWidth        Feature = "door-width"
	AccessibleToilet Feature = "accessible-toilet"
	HearingLoop      Feature = "hearing-loop"
	Parking          Feature = "parking"
	VehicleLift      Feature = "vehicle-lift"
	LowDesk          Feature = "low-desk"
	PrivateRoom      Feature = "private-room"
	ClientComputer   Feature = "client-computer"
	ClientWorkplace  Feature = "client-workplace"
	DocumentCamera   Feature = "document-camera"
	MobilePhone      Feature = "mobile-phone"
	CardTerminal     Feature = "card-terminal"
	Printer          Feature = "printer"
)

// AccessFeatures are the features that decide whether one gets in and is heard, in the order in which screens show them.
var AccessFeatures = []Feature{
	StepFreeEntrance, VehicleLift, DoorWidth, LowDesk, AccessibleToilet, HearingLoop, PrivateRoom, Parking,
}

// EquipmentFeatures are what there is to work with, in the order in which screens show them.
var EquipmentFeatures = []Feature{
	ClientComputer, ClientWorkplace, DocumentCamera, Printer, CardTerminal, MobilePhone,
}

// Features are all features, how one gets in first.
var Features = slices.Concat(AccessFeatures, EquipmentFeatures)

// isKnown says whether there is such a feature.
func (f Feature) isKnown() bool { return slices.Contains(Features, f) }

// Answer is what a survey found. What nobody has surveyed has no answer, which is not "no".
type Answer string

// The answers.
const (
	Yes Answer = "yes"
	No  Answer = "no"
	// NotKnown takes an earlier answer back.
	NotKnown Answer = "unknown"
)

// Answers are all answers.
var Answers = []Answer{Yes, No, NotKnown}

// Finding is the answer to one question of a survey.
type Finding struct {
	Feature Feature `json:"feature"`
	Answer  Answer  `json:"answer"`
	// Value is the width of a door in centimetres, and 0 for every other feature.
	Value int `json:"value,omitempty"`
}

// widest is the widest door that is believed, in centimetres.
const widest = 400

func (f *Finding) isSensible() bool {
	answered := slices.Contains(Answers, f.Answer)
	measured := f.Value == 0
	if f.Feature == DoorWidth && f.Answer == Yes {
		measured = f.Value > 0 && f.Value <= widest
	}
	return f.Feature.isKnown() && answered && measured
}

// Known is what is known of one feature: the finding of the latest survey that asked for it.
type Known struct {
	Finding
	// On is the day of the survey, or no date when nobody has surveyed it.
	On civil.Date
	// Unverified marks an answer that nobody has seen for himself.
	Unverified bool
}

// Find returns what is known of a feature. Without any survey the answer is NotKnown, without a day.
func Find(all []Known, feature Feature) Known {
	for i := range all {
		if all[i].Feature == feature {
			return all[i]
		}
	}
	return Known{Finding: Finding{Feature: feature, Answer: NotKnown}}
}

// LetsWheelsIn says whether somebody in a wheelchair is known to get in: without a step, or by the lift of a bus.
func LetsWheelsIn(all []Known) bool {
	return Find(all, StepFreeEntrance).Answer == Yes || Find(all, VehicleLift).Answer == Yes
}
